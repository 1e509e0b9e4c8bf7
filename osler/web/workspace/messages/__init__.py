"""Conversations with patients, from the clinic's side."""
