"""The machine doors: the languages of other systems."""
