"""A section of any length is read to its end, page by page, and says how much there is."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from osler.clinic.records.models import (
    CarePlan,
    ClinicalNote,
    DiagnosticReport,
    Encounter,
    Immunization,
    Observation,
    Procedure,
    ServiceRequest,
)
from osler.foundation.ui import paging
from osler.kernel import clock

COUNT, SIZE = 7, 3
# Two rows share a time, one has none; the names hold what an address must escape.
NAMES = [f"Row {number}, 100 % {number}&" for number in range(COUNT)]


def times():
    day = timedelta(days=1)
    now = clock.now()
    return [now - day * number for number in (1, 2, 2, 3, 4, 5)] + [None]


def fill(key, patient, practitioner):
    """A section with more rows than a page has."""
    visit = Encounter.objects.create(patient=patient, status="finished") if key == "notes" else None
    for name, at in zip(NAMES, times(), strict=True):
        given = {"patient": patient, "display": name}
        if key == "visits":
            Encounter.objects.create(**given, status="finished", started_at=at)
        elif key == "notes":
            ClinicalNote(
                patient=patient,
                encounter=visit,
                author_id=practitioner,
                status="final",
                title=name,
                signed_at=at or clock.now() - timedelta(days=9),
                digest="0" * 64,
            ).save()
        elif key == "orders":
            ServiceRequest.objects.create(**given, authored_at=at)
        elif key == "results":
            DiagnosticReport.objects.create(**given, effective_at=at)
        elif key == "prevention":
            Immunization.objects.create(**given, occurred_at=at)
        elif key == "procedures":
            Procedure.objects.create(**given, performed_at=at)
        else:
            CarePlan.objects.create(**given, status="active" if at else "draft", started_at=at)


KEYS = ("visits", "notes", "orders", "results", "prevention", "procedures", "plans")


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(paging.keyset_page, "__kwdefaults__", {"size": SIZE})


def read(page: str) -> list[str]:
    """The names on a page in their order, each once."""
    found = re.findall(r"Row \d, 100 % \d&amp;", page)
    return [html.unescape(name) for name in dict.fromkeys(found)]


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize("key", KEYS)
def test_each_row_stands_on_one_page_and_the_way_back_is_the_same(
    act, alice, client_of, dana_patient, small_pages, key
):
    with act(alice):
        fill(key, dana_patient, alice.practitioner_id)
    client, place = client_of(alice), f"/patients/{dana_patient.id}/chart/{key}/"
    pages, url = [], place
    while url and len(pages) < 9:
        text = client.get(url).content.decode()
        pages.append(read(text))
        assert f'class="section-count">{COUNT}<' in text
        url = link(text, "next")

    rows = [name for page in pages for name in page]
    assert [len(page) for page in pages] == [SIZE, SIZE, 1]
    assert sorted(rows) == NAMES
    dated = [name for name in rows if name not in NAMES[1:3]]  # of one instant: in any order
    assert dated == [NAMES[0], *NAMES[3:]]

    back = [pages[-1]]
    url = link(text, "prev")
    while url and len(back) < 9:
        text = client.get(url).content.decode()
        back.insert(0, read(text))
        url = link(text, "prev")
    assert back == pages


@pytest.mark.parametrize("key", KEYS)
def test_beside_the_bench_the_next_page_keeps_the_visit(
    act, alice, client_of, dana_patient, small_pages, key
):
    with act(alice):
        fill(key, dana_patient, alice.practitioner_id)
        visit = Encounter.objects.create(patient=dana_patient, status="in-progress", started_at=clock.now())
    client = client_of(alice)
    page = client.get(f"/encounters/{visit.id}/?section={key}").content.decode()
    url = link(page, "next")
    assert url.startswith(f"/encounters/{visit.id}/?section={key}&after=")

    more = client.get(url, headers={"HX-Request": "true", "HX-Target": "more-rows"}).content.decode()

    assert "<html" not in more
    assert 'id="more-rows"' in more
    assert link(more, "prev") == ""  # what came before stands above already
    assert set(read(more)).isdisjoint(read(page))


def test_a_form_that_draws_the_section_anew_leaves_its_addresses(
    act, alice, client_of, dana_patient, small_pages
):
    with act(alice):
        fill("orders", dana_patient, alice.practitioner_id)
        order = ServiceRequest.objects.get(display=NAMES[0])
    part = (
        client_of(alice)
        .post(
            f"/orders/{order.id}/revoke/",
            {"patient": str(dana_patient.id), "version": "1"},
            headers={"HX-Request": "true", "HX-Target": "chart"},
        )
        .content.decode()
    )
    section = f"/patients/{dana_patient.id}/chart/orders/"
    assert link(part, "next").startswith(f"{section}?after=")
    assert f'id="chart-content" hx-get="{section}"' in part


@pytest.mark.parametrize("key", KEYS)
def test_a_page_takes_the_same_statements_however_many_rows_it_has(
    act, alice, client_of, dana_patient, cost_of, key
):
    client, place = client_of(alice), f"/patients/{dana_patient.id}/chart/{key}/"
    with act(alice):
        fill(key, dana_patient, alice.practitioner_id)
    few = cost_of(client, place)
    with act(alice):
        fill(key, dana_patient, alice.practitioner_id)
    assert cost_of(client, place) == few


@pytest.mark.parametrize("after", ["", "x", ",", "2020-13-45,x", "%", "a,b,c,d", "%2C,%2C"])
@pytest.mark.parametrize("key", KEYS)
def test_an_address_that_was_tampered_with_is_the_first_page(
    act, alice, client_of, dana_patient, small_pages, key, after
):
    with act(alice):
        fill(key, dana_patient, alice.practitioner_id)
    client, place = client_of(alice), f"/patients/{dana_patient.id}/chart/{key}/"
    first = read(client.get(place).content.decode())
    assert read(client.get(place, {"after": after}).content.decode()) == first


def test_vital_signs_of_all_times_are_reached_eight_by_eight(act, alice, client_of, dana_patient):
    with act(alice):
        for number in range(20):
            Observation.objects.create(
                patient=dana_patient,
                category="vital-signs",
                system="http://loinc.org",
                code="8867-4",
                display="Heart rate",
                value=Decimal(100 + number),
                unit="/min",
                effective_at=clock.now() - timedelta(days=number),
            )
    client, url = client_of(alice), f"/patients/{dana_patient.id}/chart/vitals/"
    place, seen, pages = url, [], 0
    while place and pages < 9:
        text = client.get(place).content.decode()
        assert "20 times" in text
        body = text.split("<tbody>")[1].split("</tbody>")[0]
        seen += [int(value) for value in re.findall(r'result-value"[^>]*>(1\d\d)<', body)]
        found = re.search(r'href="([^"]+until=[^"]+)"', text)
        place, pages = html.unescape(found[1]) if found else "", pages + 1
    assert (pages, seen) == (3, [100 + number for number in range(20)])
    assert client.get(url, {"until": "yesterday"}).status_code == 200
