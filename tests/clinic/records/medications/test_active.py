"""The list of what is taken, and of what was."""

from datetime import timedelta

from osler.clinic.records.medications.active import past_medications
from osler.clinic.records.models import MedicationRequest, MedicationStatement
from osler.kernel import clock


def test_courses_of_one_medication_are_one_line(act, alice, dana_patient):
    now = clock.now()
    first, second, third = (now - timedelta(days=days) for days in (900, 500, 100))

    def past(day, display, **more):
        row = MedicationRequest(patient=dana_patient, display=display, status="stopped", authored_at=day)
        for name, value in more.items():
            setattr(row, name, value)
        return row

    with act(alice):
        MedicationRequest.objects.bulk_create(
            [
                past(first, "Simvastatin 10 mg tablet", sig="1 in the evening"),
                past(third, "Simvastatin 10 mg tablet", sig="2 in the evening"),
                past(second, "Penicillin V 500 mg tablet", ended_at=second + timedelta(days=7)),
            ]
        )
        MedicationStatement.objects.bulk_create(
            [
                MedicationStatement(
                    patient=dana_patient, display="Herbal tea", status="stopped", recorded_at=first
                )
            ]
        )
        found = past_medications(dana_patient, actor=alice)

    assert [
        (line.display, line.sig, line.status, line.since, line.until, line.courses) for line in found
    ] == [
        ("Simvastatin 10 mg tablet", "2 in the evening", "stopped", first, third, 2),
        ("Penicillin V 500 mg tablet", "", "stopped", second, second + timedelta(days=7), 1),
        ("Herbal tea", "", "stopped", first, None, 1),
    ]
    assert [line.latest.since for line in found] == [third, second, first]
