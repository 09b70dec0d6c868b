"""The timeline and the audit trail."""
