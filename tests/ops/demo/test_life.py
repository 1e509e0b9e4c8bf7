"""The demo clinic lives: every role finds work, every site every stage, whatever the hour."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import F

from osler.clinic.billing.models import ChargeItem, FeeItem, Invoice
from osler.clinic.communication.models import Message, Thread
from osler.clinic.patients.models import ImportRow, Patient, PatientImport
from osler.clinic.records.models import (
    AllergyIntolerance,
    ClinicalNote,
    Condition,
    DiagnosticReport,
    Immunization,
    ServiceRequest,
)
from osler.clinic.records.results.worklists import STAGES, ownerless_reports, stage_counts
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import WITH_CLINICIAN, day_sheet
from osler.foundation.access.actors import load_actor
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.terminology.laboratory import lab_tests
from osler.kernel import clock
from osler.ops.demo.house import House
from osler.ops.demo.making import make_clinic
from osler.ops.demo.zone import PLACES, zone_for
from tests import databases
from tests.conftest import signed_in
from tests.demo import DAYS, PATIENTS, demo_clinic
from tests.environment import FULL

SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)


@contextmanager
def sunday_night() -> Iterator[House]:
    """The clinic of those who look at it on a Sunday, in the night of the server."""
    with (
        databases.pointed_clone("sunday", databases.template()),
        time_machine.travel(SUNDAY_NIGHT, tick=False),
    ):
        zone = zone_for(clock.now())
        today = clock.today(ZoneInfo(zone))
        yield make_clinic(seed=7, count=PATIENTS, today=today, zone=zone, behind=DAYS)


@pytest.fixture(scope="module", params=["now", "sunday night"] if FULL else ["now"])
def house(request, django_db_setup, django_db_blocker):
    """The demo clinic of the run."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        if request.param == "now":
            _, clinic = stack.enter_context(demo_clinic("life"))
        else:
            clinic = stack.enter_context(sunday_night())
        yield clinic


@pytest.fixture
def inside(house: House, django_db_blocker):
    """Read as the house itself."""
    with django_db_blocker.unblock(), acting(SystemActor(house.organization.id)):
        yield house


def test_every_site_shows_every_stage(inside):
    today = clock.today(ZoneInfo(inside.zone))
    for site in inside.sites:
        sheet = day_sheet(inside.actors["reception"], day=today, site=site)
        stages = Counter(row.stage for row in sheet)
        wanted = {"booked", "arrived", "checked-in", WITH_CLINICIAN, "fulfilled", "noshow", "cancelled"}
        assert wanted <= set(stages), (site, stages)


def test_nothing_of_today_lies_ahead_of_the_clock(inside):
    now = clock.now()
    for name in ("arrived_at", "roomed_at", "started_at", "finished_at"):
        assert not Appointment.objects.filter(**{f"{name}__gt": now}).exists(), name


def test_nobody_shares_a_room(inside):
    roomed = Appointment.objects.filter(status="checked-in")
    assert not roomed.filter(room=None).exists()
    rooms = list(roomed.values_list("room_id", "practitioner_id").distinct())
    assert len({room for room, _ in rooms}) == len(rooms)
    for room in Location.objects.filter(id__in=[room for room, _ in rooms]).select_related("part_of"):
        assert set(roomed.filter(room=room).values_list("location_id", flat=True)) == {room.part_of_id}


def test_the_laboratory_has_orders_at_each_stage_and_late_ones(inside):
    counts = stage_counts(actor=inside.actors["lab"])
    assert all(counts[stage] > 0 for stage in STAGES[:3]), counts
    late = ServiceRequest.objects.filter(
        category="laboratory", status="active", collected_at=None, due_on__lt=clock.today()
    )
    assert late.exists()


def test_each_doctor_has_results_and_a_note_to_sign(inside):
    for doctor, _ in inside.clinicians:
        waiting = DiagnosticReport.objects.filter(
            owner=doctor, acknowledged_at=None, verified_at__isnull=False
        )
        assert waiting.exists(), doctor
        assert ClinicalNote.objects.filter(author=doctor, status="preliminary").exists(), doctor
    mine = DiagnosticReport.objects.filter(owner=inside.clinicians[0][0], acknowledged_at=None)
    marks = list(mine.filter(verified_at__isnull=False).values_list("is_critical", "is_abnormal"))
    assert {(True, True), (False, True), (False, False)} <= set(marks)
    assert not ownerless_reports(actor=inside.actors["lab"]).exists()


def test_invoices_stand_in_every_state(inside):
    assert {"issued", "balanced", "cancelled"} <= set(Invoice.objects.values_list("status", flat=True))
    assert Invoice.objects.filter(status="issued", due_on__lt=clock.today()).exists()
    assert ChargeItem.objects.filter(status=ChargeItem.Status.PLANNED).count() == 1
    states = set(ChargeItem.objects.values_list("status", flat=True))
    assert {ChargeItem.Status.PLANNED, ChargeItem.Status.BILLABLE, ChargeItem.Status.BILLED} <= states


def test_every_test_that_can_be_ordered_has_a_price(inside):
    assert set(lab_tests()) <= set(FeeItem.objects.values_list("code", flat=True))


def test_messages_wait_on_both_sides_and_for_nobody_in_particular(inside):
    assert Thread.objects.filter(waits_for_clinic=True, owner=inside.clinicians[0][0]).count() >= 2
    assert Thread.objects.filter(waits_for_clinic=True, owner=None).exists()
    assert Message.objects.filter(from_clinic=True, read_at=None).count() >= 3
    assert Message.objects.filter(patient__language="es").exists()


def test_files_of_other_practices_have_come(inside):
    fates = ImportRow.objects.order_by("number").values_list("fate", flat=True)
    found = {
        one.status: list(fates.filter(patient_import=one)) for one in PatientImport.objects.order_by("id")
    }
    assert found == {
        "done": ["created", "created", "refused", "held"],
        "checked": ["created", "created", "refused", "held"],
    }
    assert Patient.objects.filter(family="Whitcomb").count() == 2
    assert not Patient.objects.filter(family="Fairbanks").exists()


def test_patients_have_asked_for_visits_themselves(inside):
    asked = Appointment.objects.filter(status="proposed")
    assert asked.count() >= 6
    assert not asked.filter(wishes="").exists()


def test_who_lives_here(inside):
    assert Patient.objects.filter(language="es").count() > PATIENTS / 10
    names = Counter(Patient.objects.values_list("given", "family"))
    assert max(names.values()) > 1
    severe = AllergyIntolerance.objects.filter(
        criticality="high", patient=Patient.objects.get(given="Elena", family="Marín")
    )
    assert severe.exists()


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("reception", ["/home/", "/board/", "/appointments/requests/"]),
        ("nurse", ["/home/", "/board/", "/inbox/"]),
        ("doctor", ["/home/", "/inbox/", "/board/"]),
        ("lab", ["/home/", "/lab/"]),
        ("billing", ["/home/", "/billing/", "/billing/charges/", "/billing/invoices/"]),
        ("admin", ["/home/", "/administration/"]),
        ("privacy", ["/home/", "/privacy/"]),
    ],
)
def test_each_role_signs_in_to_work(house, django_db_blocker, client, name, addresses):
    with django_db_blocker.unblock():
        signed_in(client, house.actors[name])
        for address in addresses:
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(("name", "least"), [("patient", 1), ("proxy", 2)])
def test_the_portals_accounts_have_something_to_see(house, django_db_blocker, client, name, least):
    with django_db_blocker.unblock():
        user = User.objects.get(email=f"{name}@demo.test")
        found = load_actor(user.id, realm="portal")
        assert found is not None
        assert len(found[0].grants) >= least
        signed_in(client, found[0])
        for path in ("", "visits/", "results/", "bills/", "messages/", "access/", "medications/"):
            assert client.get(f"/portal/{found[0].patient_id}/{path}").status_code == 200, path
        home = client.get("/portal/", follow=True).content.decode()
        assert ("A bill to pay" in home) == (name == "patient")
        assert "You have no visit booked." not in home
        assert ("You are acting for" in home) == (name == "proxy")


def test_it_is_morning_somewhere_at_any_hour():
    for hour in range(24):
        for minute in (0, 29, 59):
            now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
            local = now.astimezone(ZoneInfo(zone_for(now)))
            assert 9 <= local.hour + local.minute / 60 <= 11.6, (now, local)
    assert len(set(PLACES)) == len(PLACES)


def test_people_come_for_what_fits_their_age(inside):
    grown_up = Appointment.objects.filter(reason="Well child visit", patient__birth_date__lt="2005-01-01")
    assert not grown_up.exists()
    too_young = Appointment.objects.filter(reason="Diabetes review", patient__birth_date__gt="2000-01-01")
    assert not too_young.exists()
    passed = Condition.objects.filter(category="encounter-diagnosis", code="J06.9")
    assert set(passed.values_list("clinical_status", flat=True)) == {"resolved"}


def test_nobody_comes_before_being_born(inside):
    for visit in (
        Appointment.objects.exclude(period=None).select_related("patient").defer("patient__resource")
    ):
        assert visit.patient.birth_date < visit.wall_start.date()
    for model, at in ((Immunization, "occurred_at"), (AllergyIntolerance, "recorded_at")):
        assert not model.objects.filter(**{f"{at}__date__lt": F("patient__birth_date")}).exists()
