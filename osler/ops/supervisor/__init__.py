"""Keeps processes alive: the embedded PostgreSQL, and the web, worker and stream processes."""
