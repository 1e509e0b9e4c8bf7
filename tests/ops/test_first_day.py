"""An empty clinic that is no demo furnishes itself and has its first visit, through the pages alone."""

import re
from datetime import datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.test import Client, override_settings

from osler.clinic.billing.models import ChargeItem, Invoice
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.jobs.outbox import deliver_events
from osler.interop.fhir.operators import operator_of

MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=ZoneInfo("America/New_York"))
PASSWORD = "a-sound-password-for-harbor"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_monday_outside_the_demo():
    with time_machine.travel(MONDAY, tick=False), override_settings(DEMO=False):
        yield


def sent(client, url, **fields):
    """A form that is accepted."""
    answer = client.post(url, fields)
    said = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()) if answer.status_code != 302 else ""
    assert answer.status_code == 302, (url, answer.status_code, said[-1500:])
    return answer


def let_in(link, email):
    """Somebody follows the link, sets a password and a second step, and works."""
    client = Client()
    form = client.get("/" + link.partition("//")[2].partition("/")[2], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    sent(client, "/accounts/2fa/totp/activate/", code=code)
    assert client.get("/home/").status_code == 200
    return client


def opened():
    out = StringIO()
    words = ("Harbor Clinic", "--administrator", "head@harbor.test", "--name", "Ada Head")
    call_command("open", *words, stdout=out)
    return let_in(
        next(word for word in out.getvalue().split() if word.startswith("http")), "head@harbor.test"
    )


def invited(head, name, role):
    email = f"{role}@harbor.test"
    answer = sent(head, "/administration/users/new/", name=name, email=email, roles=[role])
    return let_in(head.get(answer["Location"]).context["link"], email)


def the(model, **wanted):
    with acting(operator_of("Harbor Clinic")):
        return model.objects.get(**wanted)


def furnish(head):
    """What an administrator enters: a room, a clinician with hours, a service, a price, an insurer."""
    site = the(Location)
    sent(
        head,
        "/administration/locations/new/",
        name="Room 1",
        form="ro",
        part_of=str(site.id),
        zone=site.zone,
        status="active",
    )
    user = User.objects.get(email="physician@harbor.test")
    fields = {"given": "Ida", "family": "Kern", "prefix": "Dr.", "gender": "female", "active": "on"}
    sent(head, "/administration/practitioners/new/", user=str(user.id), **fields)
    kern = the(Practitioner)
    hours = {"location": str(site.id), "weekdays": ["0", "1", "2", "3", "4"], "first_day": "01-Mar-2027"}
    sent(head, f"/hours/{kern.id}/add/", starts="08:30", ends="12:00", **hours)
    service = {"kind": "physician", "duration_minutes": "20", "charge_code": "VISIT-1", "active": "on"}
    service |= {"buffer_before_minutes": "0", "buffer_after_minutes": "0", "places": "1"}
    service |= {"self_booking": "asked", "online_lead_minutes": "120", "online_days_ahead": "90"}
    service |= {"online_open_visits": "2", "online_moves": "3", "change_until_minutes": "1440"}
    sent(head, "/administration/services/new/", name="First visit", **service)
    price = {"code": "VISIT-1", "description": "First visit", "amount": "120.00", "starts_on": "01-Mar-2027"}
    sent(head, "/billing/fees/set/", **price)
    sent(head, "/administration/payers/new/", name="Harbor Mutual")


def test_a_new_clinic_books_insures_and_charges_its_first_visit() -> None:
    head = opened()
    physician = invited(head, "Ida Kern", "physician")
    desk, office = invited(head, "Rita Desk", "reception"), invited(head, "Olaf Office", "billing")
    furnish(head)

    card = {"payer": str(the(Payer).id), "member_id": "M-77", "copay_amount": "20.00"}
    person = {"given": "Nora", "family": "West", "birth_date": "14-Jul-1965", "gender": "female"}
    answer = sent(desk, "/patients/new/", phone="555-010-0199", then="book", **person, **card)
    service = the(HealthcareService)
    page = desk.get(f"{answer['Location']}&service={service.id}")
    slot, chosen = page.context["slots"][0]
    sent(desk, page.request["PATH_INFO"], patient=str(the(Patient).id), service=str(service.id), slot=chosen)
    visit = the(Appointment)
    sent(
        desk, f"/appointments/{visit.id}/check-in/", patient=str(visit.patient_id), version=str(visit.version)
    )

    answer = sent(physician, f"/encounters/of/{visit.id}/", patient=str(visit.patient_id))
    encounter = answer["Location"]
    note = {
        "patient": str(visit.patient_id),
        "subjective": "Well.",
        "assessment": "Healthy.",
        "plan": "None.",
    }
    sent(physician, f"{encounter}note/sign/", finish="1", **note)
    deliver_events(str(visit.organization_id))

    charge = the(ChargeItem)
    sent(office, "/billing/invoices/issue/", patient=str(charge.patient_id), charge=[str(charge.id)])
    invoice = the(Invoice)
    coverage = the(Coverage)

    assert (slot.clock, visit.status) == ("08:30", "booked")
    assert (coverage.member_id, coverage.priority) == ("M-77", 1)
    assert (charge.code, charge.amount) == ("VISIT-1", Decimal("120.00"))
    assert (invoice.status, invoice.coverage_id) == ("issued", coverage.id)
