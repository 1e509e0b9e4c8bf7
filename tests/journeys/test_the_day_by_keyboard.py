"""The same day without a mouse: Tab, arrows, Enter, the letters of the pages and the palette."""

import pytest

from tests.journeys.day import PARTS, Day
from tests.journeys.deeds import Newcomer
from tests.journeys.people import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.xdist_group("journeys")]


def test_the_day_by_keyboard_alone(installation, page_as):
    def arrives(name, **settings):
        page = page_as(name, **settings)
        page.add_init_script(
            "addEventListener('pointerdown', () => { throw new Error('a mouse was used') }, true)"
        )
        return Keyboard(page)

    day = Day(installation, arrives, Newcomer("Celia", "Hallworth"), Newcomer("Delia", "Ormesby"))
    for part in PARTS:
        part(day)
