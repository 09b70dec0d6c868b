"""A dataset made on the page."""
