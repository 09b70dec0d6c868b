"""The rows of an upload: staged, put together, held against the records, and shown."""
