"""Who waits for a time: what suits whom, offers, and how what was given back is filled."""
