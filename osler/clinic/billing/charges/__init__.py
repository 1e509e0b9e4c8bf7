"""Services given: how charges arise, what they cost, which wait."""
