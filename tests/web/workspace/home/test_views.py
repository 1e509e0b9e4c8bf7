"""The first page of each role: what stands in which column, and what leads where."""

import pytest

from osler.web.workspace.home.panels import Panel, Part
from osler.web.workspace.home.views import _columns


@pytest.mark.parametrize(
    ("who", "columns"),
    [
        ("alice", [["day"], ["inbox", "notes"]]),
        ("nina", [["waiting", "rooms"], ["arrivals", "answers"]]),
        ("bob", [["waiting", "arrivals"], ["requests", "registrations"]]),
        ("lena", [["orders"]]),
        ("bill", [["charges"], ["overdue"]]),
        ("adam", [["merges", "failed"]]),
        ("petra", [["merges", "openings"]]),
    ],
)
def test_each_role_has_its_panels_in_fixed_columns(request, client_of, who, columns):
    page = client_of(request.getfixturevalue(who)).get("/home/")

    assert page.status_code == 200
    assert [[panel.key for panel in column] for column in page.context["columns"]] == columns


def test_a_panel_of_two_roles_stands_once():
    def part(*keys: str) -> Part:
        return Part(panels=[Panel(key, key, [], "", beside=key == "b") for key in keys])

    columns = _columns([part("a", "b"), part("b", "c")])

    assert [[panel.key for panel in column] for column in columns] == [["a", "c"], ["b"]]


def test_figures_lead_to_lists_that_understand_them(client_of, bill):
    client = client_of(bill)

    [overdue] = [tile for tile in client.get("/home/").context["tiles"] if "state=" in tile.url]

    assert client.get(overdue.url).context["state"] == "overdue"
