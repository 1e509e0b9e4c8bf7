"""Allergies and intolerances, and the statement that none is known."""
