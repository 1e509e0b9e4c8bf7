"""Every form that changes something says for whom, from which version, is done once and keeps what is typed.

What lacks one of the four stands below with its reason; a new form has them or gives its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.house.source import PACKAGE

TYPED = r'{% field |<textarea|<input(?![^>]*type="(?:hidden|checkbox|radio|submit)")'
ITSELF = "sent twice it leaves what sending it once leaves"
NOBODYS = "about no patient"
OF_TWO = "about two patients, whom the address of the pair names"
OF_THE_HOUSE = "workspace/administration/"
"""About accounts, hours, insurers and mail, never about a patient."""
ACCOUNT = "an account is open or closed, a token good or revoked: twice is once"
CREATES = "adds a row; there is none that it changes"
STATE = "the visit's own state lets it happen once"
DRAFT = "the draft of this browser alone: a page sent twice is kept twice as the same"
OF_A_FILE = "about a file of people, who are no patients yet"
ROW_ONCE = "a row is decided once: who comes second is told so"
PROPOSAL = "the address names the proposal, which may become a new patient"
HELD = "the hold of this browser alone, which ends by itself"
KEPT_THERE = "each page is kept by the server as it is left; nothing stays in a browser that others may use"

WITHOUT_KEY = {
    "account/login.html sign-in": ITSELF,
    "account/logout.html account_logout": ITSELF,
    "account/password_reset.html account_reset_password": ITSELF,
    "account/password_reset_from_key.html": "the link works once",
    "booking/code.html": HELD,
    "booking/code.html booking-stop": HELD,
    "booking/confirm.html": HELD,
    "booking/who.html": HELD,
    "booking/who.html booking-stop": HELD,
    "portal/invitation.html": "the link works once",
    "portal/offer.html": "said twice, an answer is the same",
    "portal/reminder.html": "said twice, an answer is the same",
    "registration/again.html": DRAFT,
    "registration/consents.html": DRAFT,
    "registration/done.html": DRAFT,
    "registration/later.html": DRAFT,
    "registration/questions.html": DRAFT,
    "registration/review.html": DRAFT,
    "registration/start.html": DRAFT,
    "registration/stop.html": DRAFT,
    "ui/parts/user_menu.html": ITSELF,
    "workspace/records/bench/conflict.html note-draft": "a draft is sent on and on; its version guards it",
    "workspace/records/bench/note_form.html note-draft": "a draft is sent on and on; its version guards it",
    "workspace/scheduling/calendar_link.html calendar-link": "a link is shown once; another takes its place",
    "workspace/queue/queue_list.html": "a room calls one at a time; any other button has the version",
    "workspace/scheduling/board_list.html": "one form for many visits; each button's address has the version",
}
WITHOUT_PATIENT = {
    "account/login.html sign-in": NOBODYS,
    "account/logout.html account_logout": NOBODYS,
    "account/password_reset.html account_reset_password": NOBODYS,
    "account/password_reset_from_key.html": NOBODYS,
    "booking/code.html": "there is no patient yet",
    "booking/code.html booking-stop": "there is no patient yet",
    "booking/confirm.html": "there is no patient yet",
    "booking/who.html": "there is no patient yet",
    "booking/who.html booking-stop": "there is no patient yet",
    "portal/invitation.html": "the link says whom it is about",
    "portal/offer.html": "the link says whom it is about",
    "portal/reminder.html": "the link says whom it is about",
    "registration/again.html": "there is no patient yet",
    "registration/consents.html": "there is no patient yet",
    "registration/done.html": "there is no patient yet",
    "registration/later.html": "there is no patient yet",
    "registration/questions.html": "there is no patient yet",
    "registration/review.html": "there is no patient yet",
    "registration/start.html": "there is no patient yet",
    "registration/stop.html": "there is no patient yet",
    "ui/parts/toast.html": "the address of the Undo says whom it is about",
    "ui/parts/user_menu.html": NOBODYS,
    "workspace/billing/fees.html fee-end": NOBODYS,
    "workspace/billing/fees.html fee-open": NOBODYS,
    "workspace/billing/fees.html fee-set": NOBODYS,
    "workspace/billing/home.html billing-missed": "about all visits without a charge",
    "workspace/patients/carry_card.html": "the address of the page names the patient",
    "workspace/patients/family_join.html": "the address of the page names the patient",
    "workspace/patients/family_new.html": "there is no patient yet",
    "workspace/patients/household.html": "the address of the page names the patient",
    "workspace/importing/columns.html import-columns": OF_A_FILE,
    "workspace/importing/list.html imports": OF_A_FILE,
    "workspace/importing/row.html import-row-leave-out": OF_A_FILE,
    "workspace/importing/row.html import-row-register": OF_A_FILE,
    "workspace/importing/row.html import-row-reopen": OF_A_FILE,
    "workspace/importing/rows.html import-leave-out-certain": OF_A_FILE,
    "workspace/importing/state.html import-discard": OF_A_FILE,
    "workspace/importing/state.html import-run": OF_A_FILE,
    "workspace/importing/state.html import-stop": OF_A_FILE,
    "workspace/patients/list.html patient-unidentified": "there is no patient yet",
    "workspace/patients/new.html patient-new": "there is no patient yet",
    "workspace/patients/new.html patient-unidentified": "there is no patient yet",
    "workspace/patients/pair.html pair-refute": OF_TWO,
    "workspace/patients/pair.html pair-reopen": OF_TWO,
    "workspace/patients/small_form.html": "the address of the page names the patient",
    "workspace/proposals/choosing.html proposal-accept": PROPOSAL,
    "workspace/proposals/choosing.html proposal-reject": PROPOSAL,
    "workspace/proposals/decided.html proposal-reopen": PROPOSAL,
    "workspace/queue/queue_list.html": "one form for many; each button's address has the patient",
    "workspace/scheduling/board_list.html": "one form for many visits; each button's address has the patient",
    "workspace/scheduling/calendar_link.html calendar-link": NOBODYS,
}
WITHOUT_VERSION = {
    "account/login.html sign-in": NOBODYS,
    "account/logout.html account_logout": NOBODYS,
    "account/password_reset.html account_reset_password": NOBODYS,
    "account/password_reset_from_key.html": "the link works once",
    "booking/code.html": HELD,
    "booking/code.html booking-stop": HELD,
    "booking/confirm.html": HELD,
    "booking/who.html": HELD,
    "booking/who.html booking-stop": HELD,
    "portal/ask.html": CREATES,
    "portal/change.html": CREATES,
    "portal/invitation.html": "the link works once",
    "portal/new_message.html": CREATES,
    "portal/earlier.html": CREATES,
    "portal/offer.html": "the link holds for one offer, whose own state lets it happen once",
    "portal/reminder.html": "the link holds for one time of one visit, and no other",
    "portal/thread.html": CREATES,
    "registration/again.html": DRAFT,
    "registration/consents.html": DRAFT,
    "registration/done.html": DRAFT,
    "registration/later.html": DRAFT,
    "registration/questions.html": DRAFT,
    "registration/review.html": DRAFT,
    "registration/start.html": DRAFT,
    "registration/stop.html": DRAFT,
    "ui/parts/toast.html": "the address of the Undo has the version",
    "ui/parts/user_menu.html": ITSELF,
    "workspace/administration/absence_new.html": CREATES,
    "workspace/administration/desk_page.html desk-page-begin": CREATES,
    "workspace/administration/desk_page.html desk-page-restore": "it comes back as a new edition",
    "workspace/administration/desk_page.html desk-page-shipped": "it comes back as a new edition",
    "workspace/administration/invite.html": CREATES,
    "workspace/administration/online.html online-prepare": CREATES,
    "workspace/administration/practitioner_hours.html hours-add": CREATES,
    "workspace/administration/phones.html": CREATES,
    "workspace/administration/reminders.html reminders-begin": CREATES,
    "workspace/administration/reminders_begin.html reminders-begin": CREATES,
    "workspace/administration/reminders_ladder.html reminder-step-add": CREATES,
    "workspace/administration/user.html role-grant": CREATES,
    "workspace/administration/user_account.html token-revoke": ACCOUNT,
    "workspace/administration/user_account.html user-close": ACCOUNT,
    "workspace/administration/user_account.html user-link": "a newer link takes the place of the older",
    "workspace/administration/user_account.html user-reopen": ACCOUNT,
    "workspace/administration/user_account.html user-second-step": ACCOUNT,
    "workspace/billing/account.html account-charge": CREATES,
    "workspace/billing/account.html account-pay": CREATES,
    "workspace/billing/account_charges.html invoice-issue": CREATES,
    "workspace/billing/charges.html invoice-issue": CREATES,
    "workspace/billing/fees.html fee-open": CREATES,
    "workspace/billing/fees.html fee-set": "a price begins on a day; what was before stays",
    "workspace/billing/home.html billing-missed": CREATES,
    "workspace/billing/home.html invoice-issue": CREATES,
    "workspace/billing/invoice.html invoice-pay": CREATES,
    "workspace/billing/payment.html payment-refund": CREATES,
    "workspace/importing/list.html imports": CREATES,
    "workspace/importing/row.html import-row-leave-out": ROW_ONCE,
    "workspace/importing/row.html import-row-register": ROW_ONCE,
    "workspace/importing/row.html import-row-reopen": ROW_ONCE,
    "workspace/importing/rows.html import-leave-out-certain": ROW_ONCE,
    "workspace/messages/new.html": CREATES,
    "workspace/patients/reminded.html reminders-start": "wanted or not: twice is once",
    "workspace/patients/reminded.html reminders-stop": "wanted or not: twice is once",
    "workspace/scheduling/calendar_link.html calendar-link": "another link takes the place of the older",
    "workspace/scheduling/reminders.html appointment-remind": CREATES,
    "workspace/scheduling/join.html waiting-join": CREATES,
    "workspace/scheduling/recalls.html recall-note": CREATES,
    "workspace/scheduling/waiting_entry.html": "an offer is answered once; said twice it is the same",
    "workspace/scheduling/waiting_entry.html waiting-offer": CREATES,
    "workspace/administration/no_shows_model.html no-shows-learn": CREATES,
    "workspace/messages/thread.html": CREATES,
    "workspace/patients/card_panel.html": "another picture of a side takes the place of the earlier one",
    "workspace/patients/carry_card.html": "each chosen card bears its version",
    "workspace/patients/eligibility.html coverage-check": ITSELF,
    "workspace/patients/family_join.html": CREATES,
    "workspace/patients/family_new.html": CREATES,
    "workspace/patients/household.html": "each chosen member bears his version",
    "workspace/patients/insurance_card.html coverage-check": ITSELF,
    "workspace/patients/list.html patient-unidentified": CREATES,
    "workspace/patients/new.html patient-new": CREATES,
    "workspace/patients/new.html patient-unidentified": CREATES,
    "workspace/records/banner_actions.html encounter-new": CREATES,
    "workspace/records/banner_actions.html encounter-start": CREATES,
    "workspace/records/bench/allergies.html allergies-none": CREATES,
    "workspace/records/bench/allergies.html allergy-add": CREATES,
    "workspace/records/bench/diagnoses.html encounter-diagnoses": CREATES,
    "workspace/records/bench/intake.html encounter-cancel": STATE,
    "workspace/records/bench/intake.html encounter-finish": STATE,
    "workspace/records/bench/medications.html statement-add": CREATES,
    "workspace/records/bench/orders.html encounter-follow-ups": CREATES,
    "workspace/records/bench/orders.html encounter-orders": CREATES,
    "workspace/records/bench/prescriptions.html encounter-prescriptions": CREATES,
    "workspace/records/bench/vitals.html encounter-vitals": CREATES,
    "workspace/records/forms/add_allergy.html allergies-none": CREATES,
    "workspace/records/forms/add_allergy.html allergy-add": CREATES,
    "workspace/records/forms/add_problem.html problem-add": CREATES,
    "workspace/records/forms/add_statement.html statement-add": CREATES,
    "workspace/records/forms/wrong_set.html vitals-wrong": "each value of the set bears its version",
    "workspace/records/sections/visit.html note-amend": CREATES,
    "workspace/queue/queue_list.html": "the address of each button that is about somebody has the version",
    "workspace/queue/walk_in.html": CREATES,
    "workspace/scheduling/board_list.html": "one form for many visits; each button's address has the version",
    "workspace/scheduling/insurance.html coverage-check": ITSELF,
    "workspace/scheduling/series_new.html series-new": CREATES,
    "workspace/scheduling/requests.html follow-up-tie": "an order is booked once",
}
WITHOUT_GUARD = {
    "account/login.html sign-in": "a name and a password are not kept",
    "account/password_reset.html account_reset_password": "an address alone",
    "account/password_reset_from_key.html": "a password is not kept",
    "booking/code.html": "a code is not kept",
    "booking/who.html": KEPT_THERE,
    "portal/invitation.html": "a password is not kept",
    "registration/again.html": KEPT_THERE,
    "registration/consents.html": KEPT_THERE,
    "registration/later.html": KEPT_THERE,
    "registration/questions.html": KEPT_THERE,
    "registration/start.html": KEPT_THERE,
    "workspace/patients/card_panel.html": "pictures alone, which no browser keeps",
    "workspace/importing/list.html imports": "a file is not kept",
    "workspace/records/bench/conflict.html note-draft": "both texts are stored on the server",
    "workspace/records/bench/diagnoses.html encounter-diagnoses": "sent by choosing",
    "workspace/scheduling/new.html appointment-new": "free times come and go; none is given back",
}


@dataclass(frozen=True)
class Form:
    """A form as its template writes it."""

    template: str
    tag: str
    text: str

    @property
    def name(self) -> str:
        """The template and the route that answers, if the form names one."""
        route = re.search(r'action="{% (?:if[^%]*%}{% )?url "([\w-]+)"', self.tag)
        return f"{self.template} {route[1]}" if route else self.template

    @property
    def has_key(self) -> bool:
        return "{% idempotency_key %}" in self.text

    @property
    def has_patient(self) -> bool:
        return 'name="patient"' in self.text or bool(re.search(r"{% url [^%]*\bpatient[._]id\b", self.tag))

    @property
    def has_version(self) -> bool:
        return 'name="version"' in self.text or bool(re.search(r"form\.version }}", self.text))

    @property
    def has_guard(self) -> bool:
        """What is typed is kept (`data-guard`, `data-autosave`); or there is nothing to type."""
        is_typed = re.search(TYPED, self.text[len(self.tag) :])
        return not is_typed or bool(re.search(r"data-(guard|autosave)", self.tag))


def forms() -> Iterator[Form]:
    """Every form of the interface that is posted."""
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        template = str(path).split("/templates/")[1]
        if template.startswith("ui/gallery/"):
            continue
        yield from forms_in(template, path.read_text())


def forms_in(template: str, source: str) -> Iterator[Form]:
    for found in re.finditer(r"<form\b(?:[^>{]|{[^}]*}+)*>", source):
        if not re.search(r'method="post"|hx-post=', found[0]):
            continue
        text = source[found.start() :].partition("</form>")[0]
        yield Form(template, found[0], text)


RULES = {
    "a key": (WITHOUT_KEY, "has_key"),
    "a patient": (WITHOUT_PATIENT, "has_patient"),
    "a version": (WITHOUT_VERSION, "has_version"),
    "a guard": (WITHOUT_GUARD, "has_guard"),
}


@pytest.mark.parametrize("what", RULES)
def test_every_form_has_what_it_needs(what: str) -> None:
    excused, field = RULES[what]
    lacking = {form.name for form in forms() if not getattr(form, field)}
    if what == "a patient":
        lacking = {name for name in lacking if not name.startswith(OF_THE_HOUSE)}
    assert lacking == set(excused)


def test_a_form_that_lacks_all_is_found() -> None:
    source = '<form method="post" action="{% url "x-do" row.id %}"><input name="reason"></form><form></form>'
    (form,) = forms_in("a.html", source)
    assert form.name == "a.html x-do"
    assert not (form.has_key or form.has_patient or form.has_version)


def test_there_are_forms() -> None:
    assert len(list(forms())) > 80
