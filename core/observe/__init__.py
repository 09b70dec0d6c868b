"""Ports for logs, metrics, traces and unexpected errors. Rooms use these; adapters that know a vendor are loaded by a server."""
