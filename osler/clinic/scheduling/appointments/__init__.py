"""One visit: asked for, held, booked, moved, cancelled, checked in; by the desk or without it."""
