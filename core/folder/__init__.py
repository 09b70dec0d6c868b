"""The watched folder: a door like the others, built by `core/server.py`."""
