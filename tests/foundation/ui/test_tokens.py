"""Contrast of every pair of colors that meet, in both themes, read from the token file."""

import re

import pytest

from osler.foundation.ui.assets import STATIC

PAIR = re.compile(r"--([\w-]+): (light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\));")
TOKENS = dict(PAIR.findall((STATIC / "tokens.css").read_text()))
THEMES = {"light": 0, "dark": 1}
PAPERS = ("paper", "paper-raised", "paper-sunken")
TONES = ("accent", "danger", "warn", "ok", "info")

TEXTS = [
    *((ink, paper) for ink in ("ink", "ink-soft", "ink-faint") for paper in PAPERS),
    *((f"{tone}-ink", paper) for tone in TONES for paper in PAPERS),
    *((f"{tone}-ink", f"{tone}-soft") for tone in TONES),
    *((ink, f"{tone}-soft") for ink in ("ink", "ink-soft") for tone in TONES),
    ("ink-faint", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("paper", "ink"),
    ("ink", "mark"),
]
MARKS = [
    *((tone, paper) for tone in TONES for paper in ("paper", "paper-raised")),
    *((f"hue-{number}", paper) for number in range(8) for paper in ("paper", "paper-raised")),
    *((f"data-{number}", paper) for number in range(5) for paper in ("paper", "paper-raised")),
    ("rule-strong", "paper"),
    ("rule-strong", "paper-raised"),
    ("warn", "warn-soft"),
    ("accent", "accent-soft"),
    ("data-0", "ok-soft"),
]


def color(name: str, theme: str) -> str:
    return re.findall("#[0-9a-f]{6}", TOKENS[name])[THEMES[theme]]


def luminance(code: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXTS, ids=lambda name: str(name))
def test_text_is_readable(theme: str, ink: str, ground: str) -> None:
    assert contrast(color(ink, theme), color(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS, ids=lambda name: str(name))
def test_marks_can_be_told_from_their_ground(theme: str, mark: str, ground: str) -> None:
    assert contrast(color(mark, theme), color(ground, theme)) >= 3.0


def test_every_color_used_is_a_token() -> None:
    sheets = [*STATIC.glob("components/*.css"), STATIC / "base.css", STATIC / "layout.css"]
    names = set(re.findall(r"var\(--([\w-]+)", "".join(sheet.read_text() for sheet in sheets)))
    own = set(re.findall(r"--([\w-]+)\s*:", "".join(sheet.read_text() for sheet in STATIC.rglob("*.css"))))

    assert names - own - {"opens", "closes", "banner"} == set()


def test_components_have_no_colors_of_their_own() -> None:
    # The print sheet alone speaks of black and white, the selection of its own tint.
    found = {
        sheet.name: re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text())
        for sheet in STATIC.glob("components/*.css")
        if sheet.name != "print.css"
    }

    assert {name: colors for name, colors in found.items() if colors} == {}
