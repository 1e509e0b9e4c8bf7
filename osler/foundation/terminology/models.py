"""Diagnosis and CodeSetVersion."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Diagnosis(models.Model):
    """A code of ICD-10-CM. `words` is the search vector: title, inclusion terms, lay words;
    `lay_words` are phrases between bars, such as |heart attack|coronary|."""

    code = models.CharField(max_length=8, primary_key=True, db_collation="C")
    display = models.CharField(max_length=400)
    parent_code = models.CharField(max_length=8, blank=True, default="")
    is_billable = models.BooleanField()
    weight = models.SmallIntegerField(default=0)
    lay_words = models.TextField(blank=True, default="")
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["words"], name="diagnosis_by_words")]


class SearchWord(models.Model):
    """A word that occurs in diagnoses, to mend slips of the finger."""

    word = models.CharField(max_length=60, primary_key=True, db_collation="C")
    uses = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="searchword_by_trigram")
        ]


class CodeSetVersion(models.Model):
    """Which edition of a code set is loaded."""

    name = models.CharField(max_length=60, primary_key=True)
    edition = models.CharField(max_length=100)
