import gzip
import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from osler.foundation.ui import assets
from osler.foundation.ui.assets import STATIC, asset

UI = Path(assets.__file__).parent
TEMPLATES = sorted((UI / "templates").rglob("*.html"))


@pytest.mark.parametrize("name", ["osler.css", "calendar.css", "osler.js"])
def test_assets_are_kept_for_a_year_under_their_digest(visitor: Client, name: str) -> None:
    stem, _, suffix = name.partition(".")
    url = f"/ui/assets/{stem}.{asset(name).digest}.{suffix}"

    plain = visitor.get(url)
    zipped = visitor.get(url, headers={"Accept-Encoding": "gzip"})

    assert plain.status_code == 200
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.content == asset(name).body
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content


def test_an_old_digest_brings_the_new_file_but_is_not_kept(visitor: Client) -> None:
    assert visitor.get("/ui/assets/osler.000000000000.css").headers["Cache-Control"] == "no-cache"


def test_no_other_file_can_be_had(visitor: Client) -> None:
    assert visitor.get("/ui/assets/settings.000000000000.py").status_code == 404


def test_a_page_stays_under_its_weight() -> None:
    htmx = 17_000
    carried = sum(len(asset(name).zipped) for name in ("osler.css", "calendar.css", "osler.js"))

    assert carried + htmx < 60_000


def test_while_developing_files_are_read_anew() -> None:
    with override_settings(DEBUG=True):
        assert asset("osler.css") is not asset("osler.css")


def test_each_style_sheet_is_delivered() -> None:
    text = asset("osler.css").body.decode()

    assert text.startswith("@layer reset, tokens, base, components, pages;")
    assert all(re.search(r"@layer \w+ {", sheet.read_text()) for sheet in STATIC.rglob("*.css"))
    assert (
        text.count("@layer")
        == 1 + sum(sheet.read_text().count("@layer") for sheet in STATIC.rglob("*.css")) - 1
    )


def test_scripts_keep_their_names_to_themselves() -> None:
    modules = [path.read_text() for path in STATIC.glob("js/*.js")]

    assert not any(re.search(r"^(import|export) ", text, re.MULTILINE) for text in modules)
    assert asset("osler.js").body.decode().count("\n}\n{\n") == len(modules) - 1


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"""\sstyle=|<style|<script|\son\w+=["']|javascript:""", text) == []
    assert len(text.splitlines()) <= 120
