"""The laboratory: what is ordered, collected, entered and verified."""
