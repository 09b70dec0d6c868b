"""Columns of a file to fields of a dataset: what headers and values say, and what a person chose."""
