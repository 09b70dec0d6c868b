"""Benchmarks: `python -m benchmarks ingest`. Every figure stands beside DuckDB's own, from the same run."""
