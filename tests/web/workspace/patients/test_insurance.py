"""Insurance at the desk: subscribers, plans, a new card for all of a family, and how each card stands."""

from datetime import date, timedelta

import pytest

from osler.clinic.insurance.answering import Answer, note_answer, take_question
from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, EligibilityCheck, InsurancePlan, Payer
from osler.clinic.patients.families import join_family
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.audit.models import AuditEvent
from osler.kernel import clock
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


@pytest.fixture
def harbor(act, bob):
    with act(bob):
        return Payer.objects.create(name="Harbor Health", payer_number="60001")


@pytest.fixture
def plan(act, bob, harbor):
    with act(bob):
        return InsurancePlan.objects.create(payer=harbor, name="Choice", kind="HM", office_copay_amount=20)


@pytest.fixture
def card(act, bob, dana_patient, harbor):
    with act(bob):
        row = Coverage(patient=dana_patient, payer=harbor, period=days(date(2026, 1, 1)))
        return add_coverage(row, member_id="H123", actor=bob)


@pytest.fixture
def child(act, bob, dana_patient, organization):
    patient = new_patient(organization, given="Lia", birth_date=date(2019, 5, 1))
    with act(bob):
        join_family(patient, relative=dana_patient, part="child", relative_part="parent", actor=bob)
    return patient


def page_of(client, patient):
    return client.get(f"/patients/{patient.id}/?desk=1").content.decode()


def answered(act, actor, outcome, **fields):
    with act(actor):
        check, _question = take_question(tried=())
        note_answer(Answer(check.id, outcome, **fields), words="x")


def test_a_childs_card_names_the_parent_who_is_a_patient_here(act, bob, desk, child, dana_patient, plan):
    page = f"/patients/{child.id}/insurance/"
    key = f"patient:{dana_patient.id}"
    assert key in desk.get(page).content.decode()
    form = {"payer": plan.payer_id, "plan": plan.id, "member_id": "H1", "priority": 1}
    refused = desk.post(page, {**form, "relationship": "self", "subscriber": key})
    assert refused.status_code == 422
    assert desk.post(page, {**form, "relationship": "child", "subscriber": key}).status_code == 302

    with act(bob):
        row = Coverage.objects.get()
        assert (row.subscriber_patient_id, row.subscriber_name, row.plan_id) == (
            dana_patient.id,
            "Dana Rivera",
            plan.id,
        )
    text = page_of(desk, child)
    assert ("Choice" in text, "Copay $20.00" in text, "Child: Dana Rivera" in text) == (True, True, True)


def test_a_plan_of_another_insurer_is_refused_at_its_field(act, bob, desk, dana_patient, plan):
    with act(bob):
        other = Payer.objects.create(name="Valley")
    form = {"payer": other.id, "plan": plan.id, "member_id": "V1", "priority": 1, "relationship": "self"}
    refused = desk.post(f"/patients/{dana_patient.id}/insurance/", form)
    assert (refused.status_code, "belongs to another insurer" in refused.content.decode()) == (422, True)
    with act(bob):
        assert not Coverage.objects.exists()


def test_a_new_card_closes_the_old_one_and_is_offered_to_the_family(act, bob, desk, child, card, harbor):
    with act(bob):
        row = Coverage(
            patient=child,
            payer=harbor,
            period=card.period,
            relationship="child",
            subscriber_patient=card.patient,
        )
        theirs = add_coverage(row, member_id="H123", actor=bob)
        valley = Payer.objects.create(name="Valley")
    base = f"/patients/{card.patient_id}/insurance/"
    today = clock.today()
    form = {"payer": valley.id, "member_id": "V9", "relationship": "self", "first_day": today.isoformat()}
    assert desk.post(f"{base}{card.id}/replace/", {**form, "version": "9"}).status_code == 412
    done = desk.post(f"{base}{card.id}/replace/", {**form, "version": "1"})
    with act(bob):
        new = Coverage.objects.get(patient=card.patient, payer=valley)
    assert done.url == f"{base}{new.id}/family/"
    assert "Rivera, Lia" in desk.get(done.url).content.decode()
    stale = desk.post(done.url, {"dependent": theirs.id, f"version-{theirs.id}": "7"})
    assert stale.status_code == 412
    desk.post(done.url, {"dependent": theirs.id, f"version-{theirs.id}": "1"})

    with act(bob):
        rows = Coverage.objects.filter(patient=child).order_by("period")
        assert [(one.payer.name, one.last_day, one.first_day) for one in rows] == [
            ("Harbor Health", today - timedelta(days=1), date(2026, 1, 1)),
            ("Valley", None, today),
        ]
        seen = AuditEvent.objects.filter(action="R", detail="insured by the same card")
        assert [event.patient_ids for event in seen[:1]] == [[child.id]]


@pytest.mark.parametrize(
    ("outcome", "fields", "words"),
    [
        ("active", {"copay_amount": 25}, "Active, checked"),
        ("inactive", {"covered_until": date(2026, 3, 31)}, "Not active since 31-Mar-2026"),
        ("inactive", {}, "Not active"),
        ("unknown-member", {}, "Not known by the insurer: check the member ID"),
        ("other-birth-date", {}, "The insurer knows another birth date"),
    ],
)
def test_the_desk_reads_how_a_card_stands(act, bob, desk, dana_patient, card, outcome, fields, words):
    assert "No answer yet, asked" in page_of(desk, dana_patient)
    answered(act, bob, outcome, **fields)
    assert words in page_of(desk, dana_patient)


def test_the_insurer_is_asked_by_a_button_and_nothing_waits(act, bob, desk, dana_patient, card):
    answered(act, bob, "inactive")
    asked = desk.post(f"/patients/{dana_patient.id}/insurance/{card.id}/check/")
    assert (asked.status_code, asked.url) == (302, f"/patients/{dana_patient.id}/")
    with act(bob):
        assert list(EligibilityCheck.objects.order_by("id").values_list("cause", "status")) == [
            ("added", "answered"),
            ("asked", "queued"),
        ]


@pytest.mark.parametrize("said", ["", "x", "2020-01-01", "9999-12-31"])
def test_it_is_asked_about_the_day_of_the_visit_if_that_is_one_to_come(
    act, bob, desk, dana_patient, card, said
):
    answered(act, bob, "active")
    soon, page = clock.today() + timedelta(days=2), f"/patients/{dana_patient.id}/insurance/{card.id}/check/"
    desk.post(page, {"day": soon.isoformat(), "next": "/board/"})
    desk.post(page, {"day": said})
    with act(bob):
        checks = EligibilityCheck.objects.filter(cause="asked").order_by("id")
        assert [(one.service_on, one.status) for one in checks] == [
            (soon, "superseded"),
            (clock.today(), "queued"),
        ]


def test_a_hole_in_the_ranks_is_told(act, bob, desk, dana_patient, card):
    with act(bob):
        Coverage.objects.update(priority=2)
    assert "There is no primary insurance today" in page_of(desk, dana_patient)


def test_a_new_card_begins_with_the_first_rank_that_is_free(act, bob, desk, dana_patient, card, harbor):
    page = f"/patients/{dana_patient.id}/insurance/"

    def preset():
        return desk.get(page).context["form"]["priority"].value()

    assert preset() == 2
    with act(bob):
        for rank in (2, 3):
            row = Coverage(patient=dana_patient, payer=harbor, period=days(date(2026, 1, 1)), priority=rank)
            add_coverage(row, member_id=f"H{rank}", actor=bob)
    assert preset() == 3
    with act(bob):
        Coverage.objects.filter(id=card.id).update(status="cancelled")
    assert preset() == 1


def test_without_a_clearinghouse_the_pages_say_nothing(desk, dana_patient, settings, request):
    settings.CLEARINGHOUSE = ""
    request.getfixturevalue("card")
    text = page_of(desk, dana_patient)
    assert ("H123" in text, "Check now" in text, "Not checked yet" in text) == (True, False, False)
    assert "Insurers are not asked here" in desk.get("/patients/insurance-to-check/").content.decode()


def test_visits_to_come_are_listed_until_their_insurance_is_good(act, bob, desk, dana_patient, card):
    def listed():
        tile = "to check before a visit" in desk.get("/home/").content.decode()
        page = desk.get("/patients/insurance-to-check/").content.decode()
        return tile, "Rivera, Dana" in page, "Not active" in page

    assert listed() == (False, False, False), "nobody comes"
    soon = clock.now() + timedelta(days=1)
    with act(bob):
        visit = Appointment(patient=dana_patient, status="booked")
        set_period(visit, soon, end=soon + timedelta(minutes=20), zone="America/New_York")
        visit.save()
    assert listed() == (True, True, False)
    answered(act, bob, "inactive")
    assert listed() == (True, True, True)
    desk.post(f"/patients/{dana_patient.id}/insurance/{card.id}/check/", {"day": soon.date().isoformat()})
    answered(act, bob, "active")
    assert listed() == (False, False, False)


@pytest.mark.parametrize("who", ["alice", "lena", "adam", "petra", "charlie"])
def test_who_asks_nobody(act, bob, client_of, dana_patient, card, request, who):
    client = client_of(request.getfixturevalue(who))
    answer = client.post(f"/patients/{dana_patient.id}/insurance/{card.id}/check/")
    assert answer.status_code in (403, 404)
    with act(bob):
        assert EligibilityCheck.objects.count() == 1
