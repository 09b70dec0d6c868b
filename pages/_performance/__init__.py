"""Measurements of this installation."""
