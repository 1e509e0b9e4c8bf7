"""One patient's day in the clinic, each step as that role in a browser of its own."""

import pytest

from tests.journeys.day import PARTS, Day
from tests.journeys.deeds import Newcomer
from tests.journeys.people import Mouse

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_the_day_of_a_patient(installation, page_as):
    def arrives(name, **settings):
        return Mouse(page_as(name, **settings))

    day = Day(installation, arrives, Newcomer("Agnes", "Thornquist"), Newcomer("Berta", "Moorcroft"))
    for part in PARTS:
        part(day)
