"""Running a clinic: database supervisor, backup, proof, demo data."""
