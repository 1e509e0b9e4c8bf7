"""The workspace of the staff: one folder for each area of work."""
