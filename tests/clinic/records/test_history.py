"""What a chart holds, the newest first."""

from datetime import timedelta

from osler.clinic.records.history import KEYS, notes
from osler.clinic.records.models import ClinicalNote
from osler.clinic.records.summary import chart_summary
from osler.kernel import clock


def test_notes_stand_by_the_day_of_their_signature(act, alice, dana_patient, visit):
    """Not by the day on which they came into the database: an imported note is an old one."""
    with act(alice):
        for days, title in ((20, "Second"), (3, "Last"), (400, "First")):
            ClinicalNote(
                patient=dana_patient,
                encounter=visit,
                author=visit.practitioner,
                status="final",
                title=title,
                signed_at=clock.now() - timedelta(days=days),
                digest="0" * 64,
            ).save()
        listed = [
            note.title
            for note in notes(dana_patient, actor=alice).order_by(*(f"-{field}" for field in KEYS["notes"]))
        ]
        summed = [note.title for note in chart_summary(dana_patient, actor=alice).notes]

    assert listed == summed == ["Last", "Second", "First"]
