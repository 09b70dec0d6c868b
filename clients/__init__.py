"""Clients of the API: made from its description, with a thin face each."""
