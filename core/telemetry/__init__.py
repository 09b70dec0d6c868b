"""What the engine does and how long it takes: operations, sizes, memory, plans, benchmarks."""
