"""Fills the table of diagnoses: all in one transaction, by COPY, only when the edition has changed."""

import csv
import hashlib
from importlib.resources import files

from django.db import connections, transaction

from osler.foundation.terminology import icd10cm
from osler.foundation.terminology.models import CodeSetVersion
from osler.kernel.names import fold

LayWords = tuple[tuple[str, ...], int]

NAME = "ICD-10-CM"
_COLUMNS = "code, display, parent_code, is_billable, weight, lay_words, words"
_COPY = f"COPY terminology_diagnosis ({_COLUMNS}) FROM STDIN"
_WORDS = """
INSERT INTO terminology_searchword (word, uses)
SELECT word, ndoc FROM ts_stat('SELECT words FROM terminology_diagnosis') WHERE length(word) BETWEEN 4 AND 60
"""


def edition() -> str:
    """What is to be loaded: the edition of the list and a digest of our lay words."""
    digest = hashlib.sha256(_lay_file().encode()).hexdigest()[:12]
    return f"{icd10cm.edition()} {digest}"


def is_loaded(using: str = "default") -> bool:
    """Whether the table holds this edition."""
    return CodeSetVersion.objects.using(using).filter(name=NAME, edition=edition()).exists()


def load_diagnoses(using: str = "owner") -> int:
    """Replace all diagnoses by this edition; returns how many there are."""
    lay = _lay_words()
    count = 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("DELETE FROM terminology_diagnosis; DELETE FROM terminology_searchword")
        with cursor.cursor.copy(_COPY) as copy:
            for entry in icd10cm.entries():
                copy.write_row(_row(entry, lay))
                count += 1
        cursor.execute(_WORDS)
        CodeSetVersion.objects.using(using).update_or_create(name=NAME, defaults={"edition": edition()})
    with connections[using].cursor() as cursor:
        cursor.execute("ANALYZE terminology_diagnosis; ANALYZE terminology_searchword")
    return count


def _row(entry: icd10cm.Entry, lay: dict[str, LayWords]) -> tuple[object, ...]:
    said, weight = lay.get(entry.code, ((), 0))
    words = dict.fromkeys(fold(" ".join([entry.display, *entry.inclusions, *said])).split())
    vector = " ".join(f"'{word}'" for word in words)
    phrases = "|".join(["", *said, ""]) if said else ""
    return (entry.code, entry.display[:400], entry.parent_code, entry.is_billable, weight, phrases, vector)


def _lay_file() -> str:
    return files("osler.foundation.terminology").joinpath("data/lay_words.csv").read_text()


def _lay_words() -> dict[str, LayWords]:
    """For each code what people call it, and how common it is in a clinic (0 to 9)."""
    rows = csv.DictReader(_lay_file().splitlines())
    return {row["code"]: (tuple(map(fold, row["words"].split(";"))), int(row["weight"])) for row in rows}
