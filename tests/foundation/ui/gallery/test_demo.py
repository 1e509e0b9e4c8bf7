import re

import pytest
from django.test import Client

from osler.foundation.ui.gallery.demo import PATTERNS
from osler.foundation.ui.statuses import LOOKS


def test_the_gallery_shows_every_status(visitor: Client) -> None:
    html = visitor.get("/ui/").content.decode()

    assert [str(look.label) for look in LOOKS.values() if f"<span>{look.label}</span>" not in html] == []


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_is_a_whole_page(visitor: Client, name: str) -> None:
    html = visitor.get(f"/ui/patterns/{name}/").content.decode()

    assert html.count("<main") == 1
    assert len(re.findall("<h1", html)) == 1
    assert "style=" not in html
    assert len(html) < 60_000


def test_an_unknown_pattern_is_not_there(visitor: Client) -> None:
    assert visitor.get("/ui/patterns/nonsense/").status_code == 404


@pytest.mark.parametrize("path", ["/ui/", *(f"/ui/patterns/{name}/" for name in PATTERNS)])
def test_no_id_is_given_twice(visitor: Client, path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', visitor.get(path).content.decode())

    assert sorted(ids) == sorted(set(ids))
