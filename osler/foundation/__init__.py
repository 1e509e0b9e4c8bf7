"""Tables that every hospital system needs, blind to medicine."""
