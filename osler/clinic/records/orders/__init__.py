"""Tests to be done and follow-ups to be booked."""
