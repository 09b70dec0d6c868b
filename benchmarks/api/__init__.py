"""Many clients of the API at once, by locust: `python -m benchmarks api`."""
