from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import RequestFactory

from osler.foundation.ui.shell import Fact, KeysetPage, Tab
from osler.foundation.ui.templatetags.ui import face, initials, money, signed


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1240.5"), "$1,240.50"),
        (Decimal("-40"), "\u2212$40.00"),
        (Decimal(0), "$0.00"),
        (Decimal("0.005"), "$0.01"),
        (Decimal("-0.001"), "$0.00"),
        (None, ""),
    ],
)
def test_money_is_written_to_the_cent(amount: Decimal | None, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Okafor", "AO"),
        ("OKAFOR, Ada Chidinma", "OC"),
        ("Cher", "C"),
        ("", ""),
        ("José (Pepe) Ruiz", "JR"),
    ],
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(("value", "text"), [(Decimal("0.4"), "+0.4"), (-1, "\u22121"), (0, "0"), (None, "")])
def test_differences_have_a_sign(value: Any, text: str) -> None:
    assert signed(value) == text


def test_a_status_is_color_icon_and_word(draw: Any) -> None:
    html = draw('{% status_chip "arrived" %}')

    assert html.startswith('<span class="chip is-warn"><svg class="icon"')
    assert html.endswith("<span>Arrived</span></span>")


def test_a_status_may_have_another_word(draw: Any) -> None:
    assert "<span>Confirmed</span>" in draw('{% status_chip "pending" "Confirmed" %}')


def test_words_are_escaped(draw: Any) -> None:
    assert "<b>" not in draw("{% chip text %}{% status_chip text %}", text="<b>")


def test_an_abnormal_value_has_arrow_word_and_range(draw: Any) -> None:
    html = draw('{% result_value value "mmol/L" 3.5 5.1 %}', value=Decimal("5.9"))

    assert '<span class="result is-abnormal">' in html
    assert '<span class="result-value">5.9</span><span class="unit">mmol/L</span>' in html
    assert "High</span>" in html
    assert '<span class="result-range">3.5\u20135.1</span>' in html


def test_a_normal_value_has_no_flag(draw: Any) -> None:
    assert "result-flag" not in draw('{% result_value 4.4 "mmol/L" 3.5 5.1 %}')


def test_a_value_can_be_three_cells(draw: Any) -> None:
    assert draw('{% result_cells 5.9 "mmol/L" 3.5 5.1 "HH" %}').count("<td") == 3


def test_every_form_gets_a_key_of_its_own(draw: Any) -> None:
    keys = [draw("{% idempotency_key %}") for _ in range(2)]

    assert keys[0] != keys[1]
    assert all(UUID(key.partition('value="')[2][:36]).version == 7 for key in keys)


def test_the_current_tab_is_told(draw: Any) -> None:
    html = draw(
        '{% tabs entries label="Chart" target="#panel" %}',
        entries=[Tab("A", "/a/", current=True), Tab("B", "/b/", count=0)],
    )

    assert html.count('aria-current="page"') == 1
    assert html.count('hx-target="#panel"') == 2
    assert '<span class="count">0</span>' in html


def test_steps_done_are_said_to_be(draw: Any) -> None:
    html = draw("{% stepper steps current=2 %}", steps=["Reason", "Time", "Done"])

    assert html.count("is-done") == 1
    assert html.count('aria-current="step"') == 1
    assert "(done)" in html


def test_an_empty_fact_says_so(draw: Any) -> None:
    html = draw("{% facts entries %}", entries=[Fact("Phone", ""), Fact("Children", 0)])

    assert html.count("Not recorded") == 1
    assert "<dd>0</dd>" in html


def test_a_list_knows_its_neighbors(draw: Any) -> None:
    html = draw("{% pager page %}", page=KeysetPage(shown=50, total=1840, next_url="?after=1"))

    assert "50 of 1840" in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_an_empty_state_offers_the_first_step(draw: Any) -> None:
    html = draw('{% empty_state title="No orders" text="None yet." url="/new/" action="Order" %}')

    assert '<a class="button" href="/new/">Order</a>' in html


@pytest.mark.parametrize(
    ("cookies", "theme", "attributes"),
    [
        ({}, "", ""),
        ({}, "dark", ' data-theme="dark"'),
        ({"osler_theme": "light"}, "dark", ' data-theme="light"'),
        ({"osler_theme": '"><script>', "osler_rail": "narrow"}, "", ' data-rail="narrow"'),
        ({"osler_density": "compact"}, "", ' data-density="compact"'),
    ],
)
def test_the_page_looks_as_it_was_left(
    draw: Any, cookies: dict[str, str], theme: str, attributes: str
) -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)

    assert draw("{% page_attributes %}", request=request, actor=SimpleNamespace(theme=theme)) == attributes


def test_a_face_is_a_picture_or_the_initials() -> None:
    assert 'src="/a.jpeg?x=1&amp;y" alt=""' in face("/a.jpeg?x=1&y", "Dana Rivera")
    assert face("", "Dana <Rivera>") == '<span class="face" aria-hidden="true">D</span>'
    assert face("", "Dana Rivera") == '<span class="face" aria-hidden="true">DR</span>'
