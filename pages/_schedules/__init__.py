"""What the page Schedules draws."""
