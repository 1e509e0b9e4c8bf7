"""Codes and what they mean: diagnoses, laboratory tests, medications, allergens, units.

Diagnoses (ICD-10-CM, some 98,000) are a table that `osler load_terminology` fills; the short
catalogues are CSV files of our own in `data/`, read once.
"""
