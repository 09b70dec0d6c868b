"""Bytes to text cells: receiving, detecting, and reading CSV, JSON and workbooks, safely."""
