"""Repeated visits: on which days, what that would mean, and the deeds for many at once."""
