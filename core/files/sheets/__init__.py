"""From the cells of a sheet to a table: which table, which names, what stands beside it."""
