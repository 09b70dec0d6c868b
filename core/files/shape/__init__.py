"""Where a table is among rows, whatever the format: header rows, groups, units, preambles."""
