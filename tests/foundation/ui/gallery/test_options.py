import re

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("typed", "codes"),
    [("high blood", ["I10"]), ("sugar kid", ["E11.22"]), ("i10", ["I10"]), ("zebra", [])],
)
def test_codes_are_found_by_lay_words(visitor: Client, typed: str, codes: list[str]) -> None:
    html = visitor.get("/ui/options/", {"q": typed}).content.decode()

    assert re.findall(r'data-code="([^"]+)"', html) == codes
