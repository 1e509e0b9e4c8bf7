"""Vital signs, judged by age."""
