"""`osler learn-weights`, and the jobs that look for duplicates."""

import io

import pytest
from django.core.management import CommandError, call_command

from osler.clinic.patients.models import MatchDue, MatchPair, MatchWeight
from osler.ops.jobs import find_all_duplicates, find_duplicates
from tests.clinic.patients.conftest import enrolled
from tests.clinic.patients.test_learning import decided

__all__ = ["decided", "enrolled"]
pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("learn-weights", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_weighs_otherwise_and_from_how_many_pairs(act, adam, decided):
    decided(60, 60)

    told = said("--dry-run")
    assert "given.nickname" in told
    assert "in 60 of 60 merged" in told
    assert "would change" in told
    with act(adam):
        assert MatchWeight.objects.count() == 0
    assert "all patients will be looked at again" in said()
    with act(adam):
        kept = MatchWeight.objects.count()
    assert kept > 0
    assert said("--forget") == f"{kept} weights forgotten; the shipped ones hold.\n"


def test_too_few_pairs_are_an_error_in_words(organization, adam):
    with pytest.raises(CommandError, match="0 pairs were merged and 0 refuted here; of each 50 are needed"):
        said()


def test_each_minute_whoever_is_due_is_looked_at_and_each_month_everybody(act, adam, enrolled):
    enrolled()
    enrolled(given="Adah")
    find_duplicates(0)
    with act(adam):
        assert (MatchPair.objects.count(), MatchDue.objects.count()) == (1, 0)
    find_all_duplicates(0)
    with act(adam):
        assert MatchDue.objects.count() == 2
