"""What the page Duplicates draws."""
