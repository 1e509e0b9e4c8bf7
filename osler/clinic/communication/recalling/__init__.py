"""Recalls: who should come again and has no visit booked, from planned follow-ups and the clinic's rules.

Nobody is put on the list and nobody is taken off: it is found from the record each time, so whoever is booked
leaves it by himself. Deeds: `save_rule`, `retire_rule`, `restore_rule` (rules), `note_step`, `queue_recalls`.
"""
