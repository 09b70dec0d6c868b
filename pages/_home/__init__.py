"""What the page Home draws."""
