from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine

from osler.foundation.ui.banner import BannerAlert, BannerAllergy, PatientBanner, hue_of


def banner(**changes: Any) -> PatientBanner:
    given = {"name": "OKAFOR, Ada", "birth_date": date(1959, 7, 14), "sex": "Female", "mrn": "104-882-1"}
    return PatientBanner(**{**given, **changes})


@pytest.fixture
def drawn(draw: Any) -> Any:
    def show(**changes: Any) -> str:
        with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
            return str(draw("{% patient_banner banner %}", banner=banner(**changes)))

    return show


def test_a_patient_is_named_dated_and_numbered(drawn: Any) -> None:
    html = drawn()

    assert '<p class="banner-name">OKAFOR, Ada</p>' in html
    assert "<dd>14-Jul-1959 (67 y)</dd>" in html
    assert "<dd>104-882-1</dd>" in html


def test_the_name_is_the_title_where_no_other_stands(draw: Any) -> None:
    html = draw("{% patient_banner banner is_title=True %}", banner=banner())

    assert '<h1 class="banner-name">OKAFOR, Ada</h1>' in html


def test_not_recorded_is_not_none_known(drawn: Any) -> None:
    assert "Not recorded" in drawn(allergies=None)
    assert "No known allergies" not in drawn(allergies=None)
    assert "No known allergies" in drawn(allergies=[])
    assert "Not recorded" not in drawn(allergies=[])


def test_severe_allergies_are_red_and_say_how_bad(drawn: Any) -> None:
    html = drawn(
        allergies=[BannerAllergy("Penicillin", "anaphylaxis", is_severe=True), BannerAllergy("Latex")]
    )

    assert html.count("chip is-danger") == 1
    assert "<span>Penicillin · anaphylaxis</span>" in html
    assert html.count("chip is-warn") == 1


def test_alerts_and_namesakes_are_told(drawn: Any) -> None:
    html = drawn(allergies=[], alerts=[BannerAlert("Falls risk")], namesakes=2)

    assert "<span>Falls risk</span>" in html
    assert "2 patients with the same or a similar name" in html


def test_the_dead_keep_their_age(drawn: Any) -> None:
    html = drawn(died_on=date(2020, 7, 13))

    assert "14-Jul-1959 (60 y)" in html
    assert "<dd>13-Jul-2020</dd>" in html


def test_a_patient_keeps_the_same_hue_and_two_may_differ() -> None:
    hues = {hue_of(UUID(int=number)) for number in range(100)}

    assert hues == set(range(8))
    assert hue_of(UUID(int=77)) == hue_of(UUID(int=77))
