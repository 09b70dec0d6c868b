"""Taking an upload back: what the acts that still stand make of every record, and carrying that out."""
