"""What the page of people and keys draws."""
