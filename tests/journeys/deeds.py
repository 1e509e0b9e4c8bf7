"""What people do in the clinic, said in the clinic's verbs; each deed is done on a page by its words."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, expect

from osler.ops.demo.house import PASSWORD
from tests.journeys.people import Person


@dataclass(frozen=True)
class Newcomer:
    """Somebody who comes to the clinic for the first time."""

    given: str
    family: str
    birth_date: str = "3/14/1961"
    phone: str = "(413) 555-0142"

    @property
    def listed(self) -> str:
        return f"{self.family}, {self.given}"


def register(by: Person, who: Newcomer, *, insurer: str = "Harbor Health Plan") -> int:
    """Reception registers a patient with insurance, on to booking; returns how many fields that took."""
    page = by.page
    by.go("Register a patient")
    before = by.actions
    typed = {"Given names": who.given, "Family name": who.family, "Birth date": who.birth_date}
    for label, words in (typed | {"Phone": who.phone}).items():
        by.fill(page.get_by_label(re.compile(f"^{label}")).first, words)
    by.mark(page.locator("label", has_text=re.compile("^Female$")))
    by.select(page.get_by_label("Insurer"), insurer)
    by.fill(page.get_by_label("Member ID"), "H123456789")
    by.fill(page.get_by_label("Copay"), "20")
    fields = by.actions - before
    by.press(page.get_by_role("button", name="Register and book"))
    page.wait_for_url("**/appointments/new/?patient=*")
    return fields


def register_again(by: Person, who: Newcomer) -> None:
    """Somebody begins to register a patient who is there already, and sees it before anything is saved."""
    page = by.page
    by.go("Register a patient")
    by.fill(page.get_by_label(re.compile("^Given names")).first, who.given)
    by.fill(page.get_by_label(re.compile("^Family name")).first, who.family)
    by.fill(page.get_by_label(re.compile("^Birth date")).first, who.birth_date)
    expect(page.locator("#duplicates")).to_contain_text(who.family)


def choose_clinician(by: Person, practitioner: str) -> None:
    """On the booking page; the first free time is chosen already."""
    page = by.page
    show = page.get_by_role("button", name="Show times")
    with page.expect_response(lambda answer: "/appointments/new/" in answer.url):
        by.select(page.get_by_label("Clinician", exact=True), practitioner)
        if show.is_visible():  # without scripts
            by.press(show)
    slots = page.locator("#slots")
    expect(slots.locator(".cell-sub", has_text=re.compile("^Dr"))).to_have_count(0)
    expect(slots.get_by_role("radio").first).to_be_checked()


def book(by: Person) -> None:
    """Take the time that is chosen."""
    by.press(by.page.get_by_role("button", name="Book", exact=True))


def book_next_free(by: Person, practitioner: str) -> None:
    """Reception books the clinician's next free time, from the booking page."""
    choose_clinician(by, practitioner)
    book(by)
    by.page.wait_for_url(lambda url: "/new/" not in url)


def line_of(by: Person, who: Newcomer) -> Locator:
    """The patient's line on the board."""
    return by.page.locator("tr", has_text=who.listed)


def check_in(by: Person, who: Newcomer) -> None:
    """One action on the board."""
    by.press(line_of(by, who).get_by_role("button", name="Check in"))
    expect(line_of(by, who).get_by_text("Arrived")).to_be_visible()


def take_to_room(by: Person, who: Newcomer) -> None:
    """The nurse calls the patient in."""
    by.press(line_of(by, who).get_by_role("button", name="To room"))
    expect(line_of(by, who).get_by_role("button", name="Start visit")).to_be_visible()


def start_visit(by: Person, who: Newcomer) -> None:
    """From the board to the open chart in one action."""
    by.press(line_of(by, who).get_by_role("button", name=re.compile("Start visit|Open visit")))
    by.page.wait_for_url(re.compile("/encounters/"))
    expect(by.page.locator(".patient-banner")).to_contain_text(who.family)


def record_vitals(by: Person, readings: dict[str, str]) -> None:
    """The nurse's measurements, each by the label of its input."""
    part = by.page.locator("#bench-vitals")
    for label, value in readings.items():
        by.fill(part.get_by_label(re.compile(f"^{label}")).first, value)
    by.press(part.get_by_role("button", name="Record"))
    expect(part.locator(".taken li").first).to_be_visible()


def add_allergy(by: Person, words: str, expected: str, reaction: str) -> None:
    """An allergy with what it did."""
    part = by.page.locator("#bench-allergies")
    by.press(part.locator("summary"))
    by.choose(part.get_by_label("Substance").first, words, expected)
    by.fill(part.get_by_label("Reaction"), reaction)
    by.mark(part.locator("label", has_text="Severe"))
    by.press(part.get_by_role("button", name="Add allergy"))
    expect(part.locator(".lines")).to_contain_text(re.compile(expected, re.I))


def add_medication(by: Person, words: str, expected: str) -> None:
    """What the patient takes already."""
    part = by.page.locator("#bench-medications")
    by.press(part.locator("summary"))
    by.choose(part.get_by_label("Medication").first, words, expected)
    by.fill(part.get_by_label("How it is taken"), "1 tablet in the morning")
    by.press(part.get_by_role("button", name="Add medication"))
    expect(part.locator(".lines")).to_contain_text(re.compile(expected, re.I))


def write_note(by: Person, **parts: str) -> None:
    """Type into the note; it saves itself."""
    for part, words in parts.items():
        by.fill(by.page.locator(f"#note-{part}"), words)


def wait_until_saved(by: Person) -> None:
    """Until the page says that the server has the note."""
    expect(by.page.locator("[data-save-state=note-form]")).to_contain_text("Saved")


def diagnose(by: Person, words: str, code: str) -> None:
    """A diagnosis found by lay words; choosing it adds it."""
    part = by.page.locator("#bench-diagnoses")
    by.choose(part.get_by_label("Add a diagnosis").first, words, code)
    add = part.get_by_role("button", name="Add", exact=True)
    if add.is_visible():  # without scripts; with them, to choose is to add
        by.press(add)
    expect(part.locator(".ranked")).to_contain_text(re.compile(code))


def prescribe(by: Person, words: str, expected: str, *, reason: str = "") -> None:
    """A prescription; with a reason, in spite of an alert that has to be answered first."""
    part = by.page.locator("#bench-prescriptions")
    by.press(part.locator("summary"))
    by.choose(part.get_by_label("Medication").first, words, expected)
    by.fill(part.get_by_label("Directions"), "1 capsule three times a day")
    by.fill(part.get_by_label("Quantity"), "21")
    by.press(part.get_by_role("button", name="Prescribe"))
    if reason:
        expect(part.get_by_role("alert")).to_contain_text(re.compile("allerg", re.I))
        expect(part.locator(".lines")).to_have_count(0)  # nothing is prescribed until it is answered
        by.select(part.get_by_label(re.compile("^Reason")), reason)
        by.press(part.get_by_role("button", name="Prescribe all the same"))
    expect(part.locator(".lines")).to_contain_text(re.compile(expected, re.I))


def order_test(by: Person, words: str, expected: str) -> None:
    """A laboratory test."""
    part = by.page.locator("#bench-orders")
    by.choose(part.get_by_label("Order a test").first, words, expected)
    by.press(part.get_by_role("button", name="Order", exact=True))
    expect(part.locator(".lines")).to_contain_text(re.compile(expected, re.I))


def set_follow_up(by: Person, weeks: int) -> None:
    """When to see the patient again."""
    part = by.page.locator("#bench-orders")
    by.press(part.locator("summary", has_text="Set a follow-up"))
    by.fill(part.get_by_label("In weeks"), str(weeks))
    by.press(part.get_by_role("button", name="Set follow-up"))
    expect(part.locator(".lines li")).to_have_count(2)


def sign_and_finish(by: Person) -> None:
    """Sign the note and close the visit."""
    by.press(by.page.get_by_role("button", name="Sign and finish"))
    expect(by.page.locator(".visit-head")).to_contain_text(re.compile("Finished|Done", re.I))


def book_what_is_due(by: Person, who: Newcomer) -> None:
    """Reception gives a follow-up the time that is offered first."""
    page = by.page
    by.press(page.locator("#requests li", has_text=who.listed).get_by_role("link", name="Find a time"))
    expect(page.locator("#slots").get_by_role("radio").first).to_be_checked()
    book(by)
    page.wait_for_url(lambda url: "/new/" not in url)


def add_words(by: Person, words: str) -> None:
    """What comes later is an addendum to the signed note."""
    by.fill(by.page.get_by_label(re.compile("^The note is closed")), words)
    by.press(by.page.get_by_role("button", name="Sign addendum"))
    expect(by.page.locator("main")).to_contain_text(words)


def enter_result(by: Person, who: Newcomer, test: str, values: dict[str, str]) -> None:
    """The laboratory finds the order in its list, takes the specimen and enters the values."""
    page = by.page
    by.go("Laboratory")
    line = page.locator("tr", has_text=who.listed).filter(has_text=re.compile(test, re.I))
    by.press(line.get_by_role("link").first)
    by.press(page.get_by_role("button", name="Specimen taken"))
    for label, value in values.items():
        by.fill(page.get_by_label(label), value)


def verify_result(by: Person) -> None:
    """The laboratory answers for what was entered."""
    by.press(by.page.get_by_role("button", name="Verify"))
    expect(by.page.get_by_text("Verified. The requester has it.")).to_be_visible()


def open_result(by: Person, who: Newcomer) -> None:
    """The physician opens the result from the inbox."""
    by.go("Inbox")
    waiting = by.page.locator("#inbox-list li", has_text=who.listed)
    by.press(waiting.get_by_role("link").first)


def acknowledge_result(by: Person, who: Newcomer, note: str) -> None:
    """The physician says what follows and lets the patient see it; the inbox is rid of it."""
    page = by.page
    by.fill(page.get_by_label(re.compile("^What follows from it")), note)
    with page.expect_navigation():
        by.press(page.get_by_role("button", name=re.compile("^Acknowledge")))
    by.go("Inbox")
    expect(page.locator("#inbox-list li", has_text=who.listed)).to_have_count(0)


def issue_invoice(by: Person, who: Newcomer) -> None:
    """Billing turns what arose by itself into an invoice."""
    page = by.page
    by.go("Billing")
    by.press(page.get_by_role("link", name=re.compile("^Charges")).last)
    by.fill(page.locator("#charges-q"), who.family)
    by.press(page.locator("main").get_by_role("button", name="Find", exact=True))
    by.press(page.locator(".charge-group", has_text=who.listed).get_by_role("button", name="Invoice"))
    page.wait_for_url(re.compile("/billing/invoices/[0-9a-f-]{36}"))


def take_payment(by: Person, amount: str) -> None:
    """Money from the patient at the desk, for the invoice that is shown."""
    by.fill(by.page.get_by_label("Amount").filter(visible=True).first, amount)
    with by.page.expect_navigation():
        by.press(by.page.get_by_role("button", name="Take payment"))


def ask_for_appointment(by: Person, reason: str) -> None:
    """The patient asks the desk for a visit."""
    page = by.page
    by.go("Visits")
    by.press(page.get_by_role("link", name=re.compile("^Ask for")).first)
    by.select(page.get_by_label("Kind of visit"), "Office visit")
    by.fill(page.get_by_label("What is it about?"), reason)
    by.press(page.get_by_role("button", name="Send request"))
    page.wait_for_url("**/portal/*/visits/")


def write_message(by: Person, words: str) -> None:
    """Send what stands in the message box of the page."""
    by.fill(
        by.page.get_by_label(re.compile("^(Your message|Answer to the patient|Your answer|Message)")), words
    )
    by.press(by.page.get_by_role("button", name="Send"))
    expect(by.page.locator(".thread")).to_contain_text(words)


def print_portal_slip(by: Person) -> tuple[str, str]:
    """Reception invites the patient of the page without mail; the link and the name to sign in with."""
    page = by.page
    by.press(page.get_by_role("link", name="Invite"))
    by.press(page.get_by_role("button", name="Save"))
    slip = page.locator(".slip")
    expect(slip.locator("svg")).to_be_visible()
    return slip.locator("[data-invitation-link]").inner_text(), slip.locator("strong").inner_text()


def accept_invitation(browser: Browser | None, link: str, who: Newcomer) -> None:
    """At home, in a browser that nobody is signed in to."""
    assert browser
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Birth date of the patient").fill(who.birth_date)
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        expect(page.locator("h1")).to_have_text("Your access is ready")
