"""Invented values that show every component in all its states."""
