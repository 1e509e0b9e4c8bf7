"""The look at a page finds what is wrong with it, in every look anew, and leaves the page as it was."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import Looker

pytestmark = pytest.mark.journey
PAGE = """<html lang="en"><head><title>Faults</title></head><body><main><h1>Title</h1><p>Fine</p>
<p class="pale" style="color: #ccc; background: #fff">Pale</p>
<button style="width: 5px; height: 5px; padding: 0" aria-label="One"></button>
<button style="width: 5px; height: 5px; padding: 0" aria-label="Two"></button><img src="data:,">
</main></body></html>"""


def test_faults_of_a_page_are_found_and_nothing_of_it_is_changed(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    before, looker = page.content(), Looker()

    for _look in range(2):
        looker.turn_to(page)
        found = [fault.split(": ")[1].split(" ")[0] for fault in looker.faults(page, "faults")]
        assert found == ["color-contrast", "image-alt", "target-size"]
    assert page.content() == before
    page.close()
