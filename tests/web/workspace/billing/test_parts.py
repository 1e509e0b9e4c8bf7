"""The parts of billing stand above each of its lists, for those who may open them."""

import pytest

from osler.foundation.ui.shell import Tab

OFFICE = ["Overview", "Charges", "Invoices", "Takings", "Prices", "Trial balance", "Insurers"]


@pytest.mark.parametrize(
    ("who", "url", "parts", "here"),
    [
        ("bill", "/billing/", OFFICE, "Overview"),
        ("bill", "/billing/invoices/", OFFICE, "Invoices"),
        ("bob", "/billing/takings/", ["Overview", "Invoices", "Takings"], "Takings"),
        ("adam", "/billing/fees/", ["Prices", "Trial balance", "Insurers"], "Prices"),
    ],
)
def test_each_sees_what_is_open_to_the_role(request, client_of, who, url, parts, here):
    page = client_of(request.getfixturevalue(who)).get(url)
    shown: list[Tab] = page.context["parts"]

    assert [str(tab.label) for tab in shown] == parts
    assert [str(tab.label) for tab in shown if tab.current] == ([here] if here else [])
