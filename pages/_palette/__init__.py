"""Ctrl+K goes anywhere, `?` shows the keys, and what runs is in a tray."""
