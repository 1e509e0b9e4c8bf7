"""Notes: written in parts, saved all the time, signed once."""
