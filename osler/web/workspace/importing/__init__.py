"""Bringing in people from a file: upload, columns, check, run, and the rows that wait for a decision."""
