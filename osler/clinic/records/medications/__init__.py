"""What is prescribed and what the patient takes, and the alerts before it."""
