"""Cards before the reader: asked for, read apart, proposed, taken over, forgotten."""

from datetime import date, timedelta

import pytest
import time_machine
import zxingcpp
from PIL import Image

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.card_reading import (
    ask_reading,
    keep_pictures,
    proposed_identity,
    proposed_insurance,
    purge_readings,
    read_one,
    sides_of,
    taken,
)
from osler.clinic.intake.models import CardPhoto, CardReading
from osler.clinic.patients.documents.proposing import SURE
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.reading import Line, Reading
from osler.kernel import clock
from osler.kernel.errors import Denied
from tests.clinic.patients.documents.test_licences import barcode
from tests.foundation.files.painting import face, written
from tests.foundation.files.test_pictures import FRAME, SCAN

pytestmark = pytest.mark.django_db
FRONT = Reading(
    (Line("HARBOR HEALTH", 0.1, 0.1, 0.5, 0.15, 0.97), Line("Member ID: XYZ123456", 0.1, 0.3, 0.5, 0.35, 0.9))
)
BACK = Reading(
    (Line("MemberID:XYZ123457", 0.1, 0.3, 0.5, 0.35, 0.7), Line("RxBIN:004336", 0.1, 0.5, 0.4, 0.55, 0.99))
)


def licence_card() -> bytes:
    """The back of a licence: white, with its barcode."""
    code = zxingcpp.create_barcode(barcode(), zxingcpp.BarcodeFormat.PDF417)
    strip = Image.fromarray(code.to_image(scale=3))
    card = Image.new("RGB", (strip.width + 120, strip.height + 300), "white")
    card.paste(strip, (60, 150))
    return written(card, quality=90)


def asked(actor, content=None, **said):
    known = {"kind": "insurance", "side": "front", "subject_id": None} | said
    return ask_reading(content or written(face()), actor=actor, **known)


def test_the_barcode_of_a_licence_is_read_apart_and_proposed(act, bob):
    with act(bob):
        row = asked(bob, licence_card(), kind="identity", side="back")
        assert sides_of(None, kind="identity", actor=bob).is_waiting

    read_one(row.organization_id, row.id)

    with act(bob):
        sides = sides_of(None, kind="identity", actor=bob)
        proposed = proposed_identity(sides, today=date(2026, 11, 30))
    assert not sides.is_waiting
    assert [(one.field, one.shown, one.sureness) for one in proposed] == [
        ("family", "Sample", SURE),
        ("given", "Pat Quinn", SURE),
        ("birth_date", "14-Mar-1985", SURE),
        ("gender", "Female", SURE),
        ("line", "1 Example St", SURE),
        ("city", "Fairview", SURE),
        ("state", "MA", SURE),
        ("postal_code", "01001", SURE),
        ("number", "S12345678901", SURE),
        ("expires_on", "14-Mar-2030", SURE),
    ]
    assert taken(proposed, ["family", "birth_date", "number", "nothing"]) == {
        "family": "Sample",
        "birth_date": date(1985, 3, 14),
    }


def test_of_both_sides_the_surest_is_proposed_and_nothing_is_taken_by_itself(act, bob, dana_patient):
    with act(bob):
        payer = Payer.objects.create(name="Harbor Health")
        for side, reading in (("front", FRONT), ("back", BACK)):
            row = asked(bob, side=side, subject_id=dana_patient.id)
            row.write(reading)
            row.save()
        sides = sides_of(dana_patient.id, kind="insurance", actor=bob)
        assert [one.side for one in sides.readings] == ["front", "back"]

        proposed = proposed_insurance(sides, payers=[payer])

        assert [(one.field, one.value, one.sureness, one.is_field) for one in proposed] == [
            ("payer", payer.id, 0.9, True),
            ("member_id", "XYZ123456", 0.9, True),
            ("rx_bin", "004336", 0.9, False),
        ]
        assert taken(proposed, []) == {}
        assert taken(proposed, ["member_id", "rx_bin"]) == {"member_id": "XYZ123456"}
        assert not Coverage.objects.exists()


def test_what_was_read_lies_sealed_and_is_for_who_asked(act, bob, alice, bill, dana, dana_patient):
    with act(bob):
        row = asked(bob, subject_id=dana_patient.id)
        row.write(FRONT)
        row.save()
        assert b"XYZ" not in bytes(row.found_sealed)
        assert CardReading.objects.get().reading == FRONT
    with act(bill):
        assert sides_of(dana_patient.id, kind="insurance", actor=bill).readings == []
    with act(dana), pytest.raises(Denied):
        sides_of(dana_patient.id, kind="insurance", actor=dana)
    with act(alice):
        with pytest.raises(Denied):
            asked(alice)
        assert CardReading.objects.count() == 1


def test_another_picture_of_a_side_takes_its_place_and_no_picture_takes_none(act, bob, dana_patient):
    with act(bob):
        asked(bob, subject_id=dana_patient.id)
        second = asked(bob, subject_id=dana_patient.id)
        other = asked(bob, subject_id=None)
        with pytest.raises(PhotoUnfit):
            asked(bob, b"%PDF-1.7", subject_id=dana_patient.id)
        assert set(CardReading.objects.values_list("id", flat=True)) == {second.id, other.id}


def test_a_picture_that_cannot_be_read_is_said_to_be_so(act, bob):
    # by its outside a picture, and by its inside none
    broken = b"\xff\xd8" + FRAME + SCAN
    with act(bob):
        row = asked(bob, broken)
    read_one(row.organization_id, row.id)
    with act(bob):
        assert sides_of(None, kind="insurance", actor=bob).has_failed


def test_the_pictures_stay_with_the_insurance_and_the_reading_goes(act, bob, dana_patient):
    with act(bob):
        payer = Payer.objects.create(name="Harbor Health")
        row = asked(bob, subject_id=dana_patient.id)
        coverage = Coverage(patient=dana_patient, payer=payer, period=days(clock.today()))
        coverage = add_coverage(coverage, member_id="X1", actor=bob)

        keep_pictures(sides_of(dana_patient.id, kind="insurance", actor=bob), coverage)

        photo = CardPhoto.objects.get()
        assert (photo.coverage_id, photo.side, photo.content) == (coverage.id, "front", row.content)
        assert not CardReading.objects.exists()


def test_a_reading_is_forgotten_after_an_hour(act, bob):
    with act(bob):
        asked(bob)
    with time_machine.travel(clock.now() + timedelta(minutes=61)), act(bob):
        assert sides_of(None, kind="insurance", actor=bob).readings == []
        assert purge_readings() == 1
        assert not CardReading.objects.exists()
