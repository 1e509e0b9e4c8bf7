import re

import pytest

from osler.foundation.ui.assets import STATIC
from osler.foundation.ui.icons import icon_paths
from osler.foundation.ui.statuses import LOOKS, MESSAGES, MONEY, RECORDS, VISITS, Tone, status_look


@pytest.mark.parametrize("code", LOOKS)
def test_each_status_has_an_icon_of_the_set_and_a_word(code: str) -> None:
    look = LOOKS[code]

    assert icon_paths(look.icon)
    assert str(look.label)


def test_no_code_is_drawn_twice() -> None:
    assert len(LOOKS) == len(VISITS) + len(RECORDS) + len(MONEY) + len(MESSAGES)


def test_each_tone_has_a_style() -> None:
    sheet = (STATIC / "components" / "chip.css").read_text()

    assert {tone.value for tone in Tone} - {"neutral"} <= set(re.findall(r"\.chip\.is-(\w+)", sheet))


def test_red_is_for_danger_alone() -> None:
    assert {code for code, look in LOOKS.items() if look.tone == Tone.DANGER} == {
        "stat",
        "failed",
        "critical",
    }


def test_an_unknown_status_reads_as_its_code() -> None:
    assert status_look("in-orbit").label == "In orbit"
