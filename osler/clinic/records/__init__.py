"""The medical record: encounters, problems, allergies, medications, results, notes, orders, plans.

Each aggregate has a folder of deeds; `records.models` holds the tables, one file a noun.
"""
