"""One record, its form, filters and deleted records."""
