"""The same day without a mouse: Tab, arrows, Enter, the letters of the pages and the palette."""

import pytest

from tests.journeys.day import PARTS, Day
from tests.journeys.deeds import Newcomer
from tests.journeys.people import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_the_day_by_keyboard_alone(installation, page_as):
    errors = []

    def arrives(name, **settings):
        page = page_as(name, **settings)
        page.add_init_script(
            "addEventListener('pointerdown', () => { throw new Error('a mouse was used') }, true)"
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Keyboard(page)

    celia = Newcomer("Celia", "Hallworth", "7/2/1955", "(413) 555-0171")
    day = Day(installation, arrives, celia, Newcomer("Ingrid", "Ormesby", "11/30/1978", "(413) 555-0186"))
    for part in PARTS:
        part(day)
    assert errors == []
