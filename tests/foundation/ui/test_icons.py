import re
from pathlib import Path

import pytest

import osler
from osler.foundation.ui.icons import icon_paths, icon_svg


def test_an_icon_beside_a_word_is_silent() -> None:
    assert icon_svg("check") == (
        '<svg class="icon" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">'
        '<path d="M20 6 9 17l-5-5"/></svg>'
    )


def test_an_icon_with_a_label_is_spoken() -> None:
    assert icon_svg("check", size=20, label="Done <now>").startswith(
        '<svg class="icon icon-20" viewBox="0 0 24 24" width="20" height="20" '
        'role="img" aria-label="Done &lt;now&gt;">'
    )


def test_an_icon_that_points_along_the_line_turns_with_it() -> None:
    assert 'class="icon icon-mirrored"' in icon_svg("chevron-right")


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(LookupError, match="no icon named 'nonsense'"):
        icon_svg("nonsense")


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not 15"):
        icon_svg("check", size=15)


PACKAGE = Path(osler.__file__).parent
NAMES = re.compile(r"""(?:\{% icon |icon=)"([a-z0-9-]+)\"""")
USES = sorted(
    {
        (name, path.name)
        for path in [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.py")]
        for name in NAMES.findall(path.read_text())
    }
)


@pytest.mark.parametrize(("name", "where"), USES)
def test_every_icon_named_in_a_page_is_in_the_set(name: str, where: str) -> None:
    assert icon_paths(name), where
