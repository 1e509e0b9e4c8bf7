"""Patients at the desk: list, registration, the desk's page of a patient, changes, search."""
