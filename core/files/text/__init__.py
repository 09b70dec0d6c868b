"""Delimited text (CSV, TSV and relatives): dialect, the careful parser, the fast way, where the table is."""
