"""Steps on the columns and rows of a file, before its columns go to fields."""
