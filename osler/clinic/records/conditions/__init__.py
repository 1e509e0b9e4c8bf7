"""Problems and the diagnoses of a visit."""
