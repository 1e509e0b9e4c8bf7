"""Money in and back, and the day's takings."""
