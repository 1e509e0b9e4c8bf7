"""Lists that go on: nothing of a long record is cut off in silence; and what prints says whose it is."""

import html
import re
from datetime import timedelta
from itertools import chain

import pytest

from osler.clinic.communication.models import Thread
from osler.clinic.records.models import DiagnosticReport, Encounter
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.ui import paging
from osler.foundation.ui.dates import clinic_date
from osler.kernel import clock

COUNT = 7


@pytest.fixture
def small_pages(monkeypatch) -> None:
    monkeypatch.setattr(paging.keyset_page, "__kwdefaults__", {"size": 3})
    monkeypatch.setattr("osler.web.portal.profile.SHOWN", 3)


def place(text: str, rel: str) -> str | None:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', text)
    return html.unescape(found[1]) if found else None


def walked(page, path: str, mark: str) -> list[list[str]]:
    """What is marked on each page, from the first to the last and back again."""
    shown, address, rel = [], path, "next"
    while True:
        text = page(address)
        shown.append(re.findall(mark, text))
        following = place(text, rel)
        if following is None and rel == "next":
            rel = "prev"
            following = place(text, rel)
        if following is None:
            return shown
        address = path + following


@pytest.fixture
def long_record(act, organization, alice, dana_patient, visit) -> None:
    """Seven of each; two whose time nobody knows, as imported rows may be."""
    now = clock.now()
    with act(SystemActor(organization.id)):
        for number in range(COUNT):
            at = now - timedelta(days=number // 2) if number < COUNT - 2 else None
            Encounter(patient=dana_patient, status="finished", display=f"No {number}.", started_at=at).save()
            DiagnosticReport(
                patient=dana_patient,
                status="final",
                display=f"No {number}.",
                issued_at=at,
                released_at=now,
            ).save()
            Thread(patient=dana_patient, subject=f"No {number}.", last_message_at=at).save()


@pytest.mark.parametrize("path", ["visits/", "results/", "messages/"])
def test_every_row_is_on_one_page_of_its_list(page, small_pages, long_record, path):
    shown = walked(page, path, r"No \d\.")
    there, back = shown[:3], shown[3:]
    assert [len(one) for one in there] == [3, 3, 1]
    assert sorted(chain(*there)) == [f"No {number}." for number in range(COUNT)]
    assert set(there[1][2:] + there[2]) == {"No 5.", "No 6."}
    assert back == [there[1], there[0]]


def test_the_list_of_openings_goes_on_to_the_first(page, small_pages, client_of, alice, dana_patient):
    for _ in range(5):
        client_of(alice).get(f"/patients/{dana_patient.id}/")
    text, found = page("access/"), 0
    while True:
        found += text.count("Alice Bell")
        assert text.count('<tr><td class="nowrap">') <= 3
        following = place(text, "next")
        if following is None:
            break
        text = page(f"access/{following}")
    assert found == 5


def test_a_record_that_nobody_opened_says_so(act, organization, page, monkeypatch):
    monkeypatch.setattr("osler.web.portal.profile.reads_of", lambda _id: _none())
    assert "Nobody has opened it yet" in page("access/")


def _none():
    from osler.foundation.audit.models import AuditEvent

    return AuditEvent.objects.none()


@pytest.mark.parametrize(
    "path",
    ["", "visits/", "visits/ask/", "results/", "medications/", "messages/", "bills/", "access/", "profile/"],
)
def test_every_page_prints_with_name_birth_date_number_and_day(page, dana_patient, path):
    head = re.search(r'<div class="print-head">.*?</div></div>', page(path), re.S)
    assert head
    for part in ("Dana Rivera", "14-Mar-1980", dana_patient.mrn, f"Printed {clinic_date(clock.today())}"):
        assert part in head[0]
