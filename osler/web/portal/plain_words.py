"""What a laboratory value means, in words that a patient reads."""
