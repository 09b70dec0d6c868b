"""What the values of a file say about how it is cleaned, one decider a file; each gives a step with its reason, or asks."""
