"""Four screens to a visit that stands; nobody is told who is known, and nobody fills a calendar."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.communication.models import Notice
from osler.clinic.intake.asking import close_registration
from osler.clinic.intake.models import Questionnaire
from osler.clinic.patients.models import Flag, Patient
from osler.clinic.scheduling.calendars.availability import free_slots
from osler.clinic.scheduling.models import Appointment, SlotHold
from osler.foundation.accounts.models import Attempt
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.web.portal.booking import limits
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_patient
from tests.web.portal.booking.conftest import PERSON, choose, code_in, values

LINK = re.compile(r"/v/[\w-]+/")


@pytest.fixture
def stored(act, organization):
    """How many holds, patients and appointments there are."""

    def read():
        with act(SystemActor(organization.id)):
            return SlotHold.objects.count(), Patient.objects.count(), Appointment.objects.count()

    return read


def known(organization, **more):
    born = timezone.datetime(1985, 5, 20).date()
    told = {"phone": "413-555-0177", "email": "lucia@home.test"}
    return new_patient(organization, given="Lucia Maria", family="ORTEGA", birth_date=born, **told | more)


def say_who(visitor, **more):
    choose(visitor)
    return visitor.post(f"{visitor.home}who/", PERSON | more)


def test_four_screens_to_a_visit(visitor, told, act, organization, stored, office, osei):
    assert visitor.get("/book/").url == visitor.home
    assert "Office visit" in visitor.get(visitor.home).content.decode()
    held = choose(visitor)
    assert (held.url, stored()) == (f"{visitor.home}who/", (1, 0, 0))
    assert "10 a.m." in visitor.get(held.url).content.decode()
    asked = visitor.post(held.url, PERSON)
    assert (asked.url, stored()) == (f"{visitor.home}code/", (1, 0, 0))
    [code] = told()
    assert (code.kind, code.to, code.notice.patient_id) == ("visit-code", "lucia@home.test", None)
    assert "Ortega" not in code.body and code_in(code.body) not in code.notice.body

    done = visitor.post(asked.url, {"code": f" {code_in(code.body)} "})

    assert LINK.fullmatch(done.url)
    assert stored() == (0, 1, 1)
    with act(SystemActor(organization.id)):
        visit = Appointment.objects.select_related("patient").get()
        assert (visit.status, visit.starts_at, visit.reason) == ("booked", at(10), "My knee")
        assert (visit.practitioner_id, visit.service_id) == (osei.id, office.id)
        patient = visit.patient
        assert (patient.given, patient.family, patient.email) == ("Lucía", "Ortega", "lucia@home.test")
        assert Flag.objects.get().text == "Booked online: check name, birth date and insurance at the desk"
        assert AuditEvent.objects.filter(action="C", patient_id=patient.id).exists()
    page = visitor.get(done.url).content.decode()
    assert "10 a.m." in page and "Ortega" not in page
    assert [one.kind for one in told()] == ["appointment-booked", "visit-code"]
    assert done.url in told()[0].body
    assert visitor.get(f"{visitor.home}code/").status_code == 404


def test_whoever_is_known_gets_the_visit_into_his_chart(visitor, told, act, organization, stored):
    patient = known(organization)
    asked = say_who(visitor)

    visitor.post(asked.url, {"code": code_in(told()[0].body)})

    assert stored() == (0, 1, 1)
    with act(SystemActor(organization.id)):
        assert (Appointment.objects.get().patient_id, Flag.objects.count()) == (patient.id, 0)


@pytest.mark.parametrize(
    "differs",
    [{"given": "Marta"}, {"family": "Otero"}, {"birth_date": "21 May 1985"}, {"email": "x@home.test"}],
)
def test_who_differs_in_one_thing_is_somebody_new(visitor, told, act, organization, stored, differs):
    patient = known(organization)
    asked = say_who(visitor, **differs)

    visitor.post(asked.url, {"code": code_in(told()[0].body)})

    assert stored() == (0, 2, 1)
    with act(SystemActor(organization.id)):
        assert Appointment.objects.get().patient_id != patient.id


def test_known_and_unknown_get_the_same_answers(visitor, told, organization):
    """A21: not by a page, a status, a length or a header is anybody told that somebody is known."""

    def answers():
        client = visitor.another()
        asked = say_who(client)
        found = [asked, client.get(f"{client.home}who/"), client.get(asked.url)]
        found += [client.post(asked.url, {"code": "000000"}), client.post(f"{client.home}stop/")]
        return [
            (one.status_code, one.get("Location"), len(blank(one.content.decode())), sorted(one.headers))
            for one in found
        ]

    unknown = answers()
    known(organization)

    assert answers() == unknown


def blank(page: str) -> str:
    """A page without what differs each time."""
    return re.sub(r'(csrf" content|csrfmiddlewaretoken" value|words" content)="[^"]*"', "", page)


def test_a_wrong_code_counts_and_after_five_none_is_looked_at(visitor, told, stored):
    asked = say_who(visitor)
    right = code_in(told()[0].body)
    wrong = "000000" if right != "000000" else "000001"

    for _try in range(5):
        assert visitor.post(asked.url, {"code": wrong}).status_code == 422
    assert visitor.post(asked.url, {"code": right}).status_code == 422

    assert stored() == (1, 0, 0)


def test_only_the_newest_code_proves_the_address(visitor, told, stored):
    asked = say_who(visitor)
    first = code_in(told()[0].body)
    visitor.post(f"{visitor.home}who/", PERSON | {"email": "other@home.test"})
    newest = told()[0]

    assert newest.to == "other@home.test"
    assert visitor.post(asked.url, {"code": first}).status_code == 422
    assert visitor.post(asked.url, {"code": code_in(newest.body)}).status_code == 302
    assert stored() == (0, 1, 1)


def test_three_codes_are_sent_at_most(visitor, told, stored):
    say_who(visitor)
    for number in (1, 2):
        assert len(told()) == number
        assert visitor.post(f"{visitor.home}who/", PERSON).status_code == 302
    assert len(told()) == 3
    assert visitor.post(f"{visitor.home}who/", PERSON).status_code == 409
    assert len(told()) == 3


def test_the_link_of_the_mail_does_the_same_in_any_browser(visitor, told, stored):
    say_who(visitor)
    link = re.search(r"/book/confirm/\S+/", told()[0].body)[0]
    other = visitor.another()

    assert other.get(link).status_code == 200
    assert stored() == (1, 0, 0)  # looking books nothing
    assert LINK.fullmatch(other.post(link).url)
    assert stored() == (0, 1, 1)
    assert other.post(link).status_code == 404
    assert visitor.get(f"{visitor.home}code/").status_code == 404


def test_a_hold_ends_by_itself_and_nothing_stays(visitor, told, act, organization, office, stored):
    asked = say_who(visitor)
    code = code_in(told()[0].body)

    with time_machine.travel(MONDAY + timedelta(minutes=10, seconds=1), tick=False):
        assert visitor.get(f"{visitor.home}who/").status_code == 404
        assert visitor.post(asked.url, {"code": code}).status_code == 404
        with act(SystemActor(organization.id)):
            free = free_slots(start=at(10), end=at(10, 1), service=office)
            assert [one.start for one in free] == [at(10)]
    assert stored()[1:] == (0, 0)


def test_a_time_that_is_held_is_offered_to_nobody_else(visitor, stored):
    choose(visitor)
    other = visitor.another()
    offered = values(other.get(other.times).content.decode())
    taken = f"{at(10):%Y-%m-%dT%H:%M:%S%z}"

    assert offered and not any(one.startswith(taken) for one in offered)
    mine = values(visitor.get(visitor.times).content.decode())
    assert mine == offered
    answer = other.post(other.times, {"slot": f"{taken}|{offered[0].partition('|')[2]}"})
    assert (answer.status_code, stored()) == (409, (1, 0, 0))


def test_another_choice_gives_the_first_time_back(visitor, stored, act, organization, office):
    choose(visitor)
    choose(visitor, 3)

    assert stored() == (1, 0, 0)
    with act(SystemActor(organization.id)):
        assert [one.start for one in free_slots(start=at(10), end=at(10, 1), service=office)] == [at(10)]
    assert visitor.post(f"{visitor.home}stop/").url == visitor.home
    assert stored() == (0, 0, 0)


def test_nobody_uses_the_hold_of_another(visitor, stored):
    choose(visitor)
    stranger = visitor.another()
    assert stranger.get(f"{visitor.home}who/").status_code == 404
    key = visitor.cookies["osler_visit"].value
    stranger.cookies["osler_visit"] = key[:-6] + ("AAAAAA" if not key.endswith("AAAAAA") else "BBBBBB")

    assert stranger.get(f"{visitor.home}who/").status_code == 404
    stranger.cookies["osler_visit"] = key
    assert stranger.post(f"{visitor.home}stop/").status_code == 302  # whoever has the key has the hold


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given", ""),
        ("family", " "),
        ("birth_date", "31 Feb 1985"),
        ("birth_date", "1 Jan 2090"),
        ("birth_date", "1 Jan 1700"),
        ("email", "not an address"),
        ("email", ""),
        ("given", "x" * 201),
        ("reach", "pigeon"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_words_kept(visitor, told, stored, field, value):
    answer = say_who(visitor, **{field: value})

    assert answer.status_code == 422
    assert "My knee" in answer.content.decode()
    assert (stored(), told()) == ((1, 0, 0), [])


@pytest.mark.parametrize(
    "slot",
    [
        "",
        "x",
        "|",
        "2027-03-01T15:00:00+0000||",
        "9999-99-99T00:00:00+0000|x|y",
        "2027-03-01|" + "0" * 36,
        "9" * 9_000,
    ],
)
def test_a_time_that_is_none_holds_nothing(visitor, stored, slot):
    assert visitor.post(visitor.times, {"slot": slot}).status_code == 302
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("query", ["practitioner=x&location=y&week=-1", "week=999", "part=night", "week=٣"])
def test_choices_that_are_none_narrow_nothing(visitor, query):
    answer = visitor.get(f"{visitor.times}?{query}")
    assert answer.status_code == 200


def test_only_what_anybody_books_is_shown(visitor, act, organization, office):
    with act(SystemActor(organization.id)):
        office.self_booking = "patients"
        office.save()

    assert "Office visit" not in visitor.get(visitor.home).content.decode()
    assert visitor.get(visitor.times).status_code == 404


def test_a_closed_clinic_and_none_look_the_same(visitor, act, adam):
    with act(adam):
        close_registration(Questionnaire.objects.get(), version=None, actor=adam)

    closed, none = visitor.get(visitor.home), visitor.get("/book/nowhere/")
    assert (closed.status_code, none.status_code, visitor.get("/book/").status_code) == (404, 404, 404)
    assert blank(closed.content.decode()) == blank(none.content.decode())


@pytest.mark.parametrize(
    ("limit", "subject"), [("HOLD", "127.0.0.1"), ("CODE", "127.0.0.1"), ("CODE_TO", "lucia@home.test")]
)
def test_too_many_are_held_off(visitor, told, act, organization, stored, limit, subject):
    counted = getattr(limits, limit)
    with act(SystemActor(organization.id)):
        Attempt.objects.create(
            key_hash=counted._key(subject),
            tries=counted.tries,
            since=timezone.now(),
            latest_at=timezone.now(),
        )
    answer = choose(visitor) if limit == "HOLD" else say_who(visitor)

    assert answer.status_code == 429
    assert "call the clinic" in answer.content.decode()
    assert (stored()[1:], told()) == ((0, 0), [])


def test_a_phone_gets_the_code_by_text(visitor, told, settings, act, organization):
    settings.SMS_URL = "loopback"
    known(organization)
    asked = say_who(visitor, reach="sms", email="")
    [code] = told()
    assert (code.notice.channel, code.to, "/book/" in code.body) == ("sms", "+14135550177", False)

    visitor.post(asked.url, {"code": code_in(code.body)})

    with act(SystemActor(organization.id)):
        assert Appointment.objects.get().patient.email == "lucia@home.test"
        assert Notice.objects.filter(kind="appointment-booked", channel="sms").count() == 1


def test_what_was_said_lies_sealed(visitor, act, organization):
    say_who(visitor)
    with act(SystemActor(organization.id)):
        held = SlotHold.objects.get()
        assert held.read()["family"] == "Ortega"
        assert b"Ortega" not in bytes(held.said_sealed)


def test_the_price_and_what_missing_it_costs_are_told_beforehand(visitor, act, adam, bill, office):
    assert "without insurance" not in visitor.get(visitor.home).content.decode()
    with act(bill):
        for code, amount in (("VISIT", "1180.50"), ("MISSED", "25.00")):
            own = fee_schedule(actor=bill)
            on = clock.today()
            set_fee(own, code=code, description=code, amount=Decimal(amount), starts_on=on, actor=bill)
    with act(adam):
        office.charge_code, office.missed_charge_code = "VISIT", "MISSED"
        office.save()

    assert "$1,180.50 without insurance" in visitor.get(visitor.home).content.decode()
    held = choose(visitor)
    assert "a missed visit costs $25.00" in visitor.get(held.url).content.decode()
