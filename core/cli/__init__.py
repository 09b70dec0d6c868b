"""The command line: `python -m core`. Every command asks the Workbench and prints what it says."""
