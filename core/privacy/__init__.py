"""What is known of a person, and forgetting them everywhere; see docs/security.md."""
