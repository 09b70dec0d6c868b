"""The default store: one DuckDB file, one process, one writer thread."""
