"""The page Monitoring, a module for each view."""
