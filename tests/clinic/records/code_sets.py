"""A few diagnoses, where the whole code set has not been loaded."""

from django.db import connections

FEW = (
    ("I10", "Essential (primary) hypertension"),
    ("J06.9", "Acute upper respiratory infection, unspecified"),
    ("E11.9", "Type 2 diabetes mellitus without complications"),
)


def load_few_diagnoses() -> None:
    """Write them as the owner, committed: code sets belong to no tenant."""
    with connections["owner"].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO terminology_diagnosis"
            " (code, display, parent_code, is_billable, weight, lay_words, words)"
            " VALUES (%s, %s, '', true, 0, '', '') ON CONFLICT DO NOTHING",
            FEW,
        )
