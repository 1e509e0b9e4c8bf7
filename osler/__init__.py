"""Osler: a patient management system for clinics and hospitals."""

__version__ = "0.1.0"
