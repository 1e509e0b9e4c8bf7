"""A clinician's own diagnoses come first."""

from osler.clinic.records.conditions.favorites import favorite_codes
from osler.clinic.records.models import Condition


def made(patient, actor, code, count=1, **fields):
    given = {"category": "encounter-diagnosis", "recorder_id": actor.practitioner_id}
    for _ in range(count):
        Condition.objects.create(patient=patient, code=code, display=code, **given | fields)


def test_the_commonest_of_ones_own_come_first(act, alice, nina, bob, dana_patient):
    with act(alice):
        made(dana_patient, alice, "J06.9", 2)
        made(dana_patient, alice, "I10", 3)
        made(dana_patient, alice, "E11.9")
        made(dana_patient, nina, "R05.9", 9)
        made(dana_patient, alice, "Z00.00", 9, category="problem-list-item")
        made(dana_patient, alice, "", 9)
        assert favorite_codes(alice) == ["I10", "J06.9", "E11.9"]
        assert favorite_codes(nina) == ["R05.9"]
        assert favorite_codes(bob) == []


def test_what_was_long_ago_counts_no_more(act, alice, dana_patient, monkeypatch):
    monkeypatch.setattr("osler.clinic.records.conditions.favorites.LATEST", 3)
    with act(alice):
        made(dana_patient, alice, "I10", 5)
        made(dana_patient, alice, "J06.9", 3)
        assert favorite_codes(alice) == ["J06.9"]
