"""The main tasks of each role in a browser that runs no scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import deeds
from tests.journeys.day import DOCTOR, ELECTROLYTES, WRITTEN
from tests.journeys.deeds import Newcomer
from tests.journeys.people import Unscripted

WHO = Newcomer("Ottilie", "Farnham", birth_date="7/9/1958", phone="(413) 555-0188")
EMAIL = "ottilie.farnham@home.test"

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def find_patient(by: Unscripted) -> str:
    """By name, in any order; her address."""
    by.fill(by.page.get_by_role("searchbox", name="Find a patient"), f"{WHO.given} {WHO.family}")
    by.page.keyboard.press("Enter")
    by.press(by.page.locator("main").get_by_role("link", name=re.compile(WHO.family)).first)
    expect(by.page.locator(".patient-banner")).to_contain_text(WHO.family)
    return by.page.url


def sign_out(by: Unscripted) -> None:
    """Through the menu of one's own."""
    by.press(by.page.get_by_role("button", name=re.compile("^Menu of")))
    by.press(by.page.get_by_role("button", name="Sign out"))
    expect(by.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_day_without_scripts(installation: Any, page_as: Any) -> None:
    def arrives(name: str) -> Unscripted:
        return Unscripted(page_as(name, java_script_enabled=False))

    reception, nurse, doctor, lab, billing = map(arrives, ("reception", "nurse", "doctor", "lab", "billing"))
    at_the_desk(reception)
    in_the_room(nurse)
    at_the_visit(doctor)
    in_the_laboratory(lab)
    in_the_inbox(doctor)
    in_the_office(billing)
    patient = re.findall("[0-9a-f-]{36}", find_patient(reception))[0]
    installation.stage("portal-account", patient, EMAIL)
    she = arrives(EMAIL)
    at_home(she)
    the_answer(doctor)
    for person in (reception, nurse, doctor, lab, billing, she):
        sign_out(person)


def at_the_desk(reception: Unscripted) -> None:
    """Registered, booked, found, arrived."""
    deeds.register(reception, WHO)
    deeds.book_next_free(reception, DOCTOR)
    find_patient(reception)
    reception.go("Day board")
    deeds.check_in(reception, WHO)


def in_the_room(nurse: Unscripted) -> None:
    """Vital signs, an allergy, a medication."""
    nurse.go("Day board")
    deeds.take_to_room(nurse, WHO)
    deeds.start_visit(nurse, WHO)
    deeds.record_vitals(nurse, {"Systolic": "148", "Diastolic": "88", "Pulse": "82"})
    deeds.add_allergy(nurse, "penicillin", "penicillin", "Hives")
    deeds.add_medication(nurse, "lisinopril", "lisinopril")


def at_the_visit(doctor: Unscripted) -> None:
    """A note that is saved by its button, what is decided, the signature, a later word."""
    doctor.go("Day board")
    deeds.start_visit(doctor, WHO)
    deeds.write_note(doctor, subjective=WRITTEN)
    doctor.press(doctor.page.get_by_role("button", name="Save draft"))
    expect(doctor.page.locator("#note-subjective")).to_have_value(WRITTEN)
    deeds.diagnose(doctor, "high blood pressure", "I10")
    deeds.prescribe(doctor, "amoxi", "amoxicillin", reason="The benefit is greater than the risk")
    deeds.order_test(doctor, "potassium", "electrolytes")
    deeds.set_follow_up(doctor, 4)
    deeds.sign_and_finish(doctor)
    expect(doctor.page.locator("main")).to_contain_text(WRITTEN)
    deeds.add_words(doctor, "She called: no rash so far.")


def in_the_laboratory(lab: Unscripted) -> None:
    """Values entered and verified."""
    deeds.enter_result(lab, WHO, "electrolytes", ELECTROLYTES)
    deeds.verify_result(lab)


def in_the_inbox(doctor: Unscripted) -> None:
    """Read, acknowledged, released."""
    deeds.open_result(doctor, WHO)
    deeds.acknowledge_result(doctor, WHO, "Slightly high; we repeat it in a week.")


def in_the_office(billing: Unscripted) -> None:
    """Issued and paid."""
    deeds.issue_invoice(billing, WHO)
    deeds.take_payment(billing, "20.00")
    expect(billing.page.locator(".sums")).to_contain_text("20.00")


def at_home(she: Unscripted) -> None:
    """The result read and asked about; an appointment asked for."""
    page = she.page
    she.go("Results")
    she.press(page.locator("main").get_by_role("link", name=re.compile("electrolytes", re.I)).first)
    she.press(page.get_by_role("link", name="Ask about this"))
    deeds.write_message(she, "Should I stop eating bananas?")
    deeds.ask_for_appointment(she, "Repeat the blood test")
    expect(page.locator("main")).to_contain_text("Repeat the blood test")


def the_answer(doctor: Unscripted) -> None:
    """The physician's, from the inbox."""
    doctor.go("Inbox")
    doctor.press(doctor.page.locator("#inbox-list li", has_text=WHO.listed).get_by_role("link").first)
    deeds.write_message(doctor, "Go easy on them until the repeat.")
