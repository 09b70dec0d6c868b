"""The steps of the page Upload, and what they draw."""
