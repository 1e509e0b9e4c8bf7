from typing import Any

import pytest

from osler.foundation.ui.notices import UNDO, undo_url


@pytest.mark.parametrize(("tags", "url"), [(f"{UNDO}/undo/1/", "/undo/1/"), ("safe", ""), (None, "")])
def test_the_way_back_is_in_the_tags(tags: str | None, url: str) -> None:
    assert undo_url(tags) == url


def test_a_toast_with_a_way_back_has_a_form(draw: Any) -> None:
    html = draw(
        '{% include "ui/parts/toast.html" with text=text undo_url="/undo/1/" csrf_token="t" '
        'next="/board/" %}',
        text="<Cancelled>",
    )

    assert "&lt;Cancelled&gt;" in html
    assert '<form method="post" action="/undo/1/" data-undo>' in html
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="t">' in html
    assert '<input type="hidden" name="next" value="/board/">' in html


def test_a_toast_without_one_has_none(draw: Any) -> None:
    assert "<form" not in draw('{% include "ui/parts/toast.html" with text="Saved" %}')
