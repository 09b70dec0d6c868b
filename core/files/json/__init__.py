"""JSON in every shape: values exactly, items to rows, the fast way where it is proved the same."""
