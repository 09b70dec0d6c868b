"""The lines of a file as they stand; a click makes one the header row."""
