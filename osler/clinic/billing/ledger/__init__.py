"""Double entry: one way in, and what the books say."""
