"""Mistakes: an entry that was wrong is marked and stays, with who and why; the last step is undone.

Nouns: Kind, Mark. Deeds: enter_in_error, undo_step.
"""
