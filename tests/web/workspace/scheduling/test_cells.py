"""Visits and free times drawn without a template: what people wrote is text, never markup."""

from datetime import date
from uuid import UUID

from osler.web.workspace.scheduling.cells import column_cells
from osler.web.workspace.scheduling.grid import Column, Entry, FreeEntry

KEY = UUID("00000000-0000-7000-8000-000000000001")


def column(**cells) -> Column:
    return Column(key="c", title="Dr. Osei", resource_id=KEY, day=date(2027, 3, 1), **cells)


def visit(**said) -> Entry:
    told = {"name": "Okafor, Ada", "text": "Cough", "stage": "booked"} | said
    return Entry(key="7", patient_id=KEY, version=3, classes="visit from-108 span-4", **told)


def test_a_visit_says_whose_it_is_and_how_it_stands():
    assert column_cells(column(entries=[visit()])) == (
        f'<li class="visit from-108 span-4" data-visit="7" data-patient="{KEY}" data-version="3">'
        '<a class="visit-open" href="/appointments/7/"><span class="visit-who">'
        '<svg class="icon" role="img" aria-label="Booked"><use href="#look-booked"/></svg>'
        '<span class="truncate">Okafor, Ada</span></span><span class="visit-what">Cough</span></a></li>'
    )


def test_who_waits_has_a_clock():
    drawn = column_cells(column(entries=[visit(stage="arrived", waiting_since="2027-03-01T14:00:00+00:00")]))

    assert '<span class="visit-wait" data-waiting-since="2027-03-01T14:00:00+00:00"></span>' in drawn


def test_markup_in_names_and_reasons_is_text():
    drawn = column_cells(column(entries=[visit(name='<b>"A&', text="</a><script>")]))

    assert '<span class="truncate">&lt;b&gt;&quot;A&amp;</span>' in drawn
    assert '<span class="visit-what">&lt;/a&gt;&lt;script&gt;</span>' in drawn


def test_closed_hours_and_free_times_come_first():
    free = FreeEntry("calendar-free from-96 span-4", "08:00", "/appointments/new/?a=1&b=2")

    assert column_cells(column(closed=["calendar-off from-0 span-96"], free=[free])) == (
        '<li class="calendar-off from-0 span-96" aria-hidden="true"></li>\n'
        '<li class="calendar-free from-96 span-4">'
        '<a href="/appointments/new/?a=1&amp;b=2">08:00 Book</a></li>'
    )
