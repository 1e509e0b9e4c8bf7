"""What waits for a clinician: results, and further sections that other areas add."""
