"""Who may not come: learnt from the clinic's own past visits, explained in words, and never decided by
itself.

`features` says what is looked at, `learning` how (both pure); `history` reads the past, `model` learns
from it (`learn_no_shows`), `scoring` speaks of visits to come, `rates` counts. docs/no-shows.md has the
reasons.
"""
