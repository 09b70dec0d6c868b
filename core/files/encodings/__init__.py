"""Which encoding a text is in, by the words that it would hold, and the way to UTF-8."""
