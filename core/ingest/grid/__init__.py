"""The rows of an upload as a grid: what is wrong in which cell, cells typed anew, spellings put together."""
