"""What is imported by itself: schedules, their times, their sources and their runs."""
