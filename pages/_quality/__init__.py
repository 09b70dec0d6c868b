"""What the page Quality draws."""
