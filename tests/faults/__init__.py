"""What could go wrong, made to go wrong: `python -m tests.faults NAME`. See docs/reliability.md."""
