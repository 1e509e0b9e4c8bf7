from types import SimpleNamespace

from django.template.loader import render_to_string

from osler.foundation.ui.shell import NavigationEntry

ADA = SimpleNamespace(user_id="1", name="Ruth Abara", email="r@clinic.test", theme="", language="en")
PLACES = [
    NavigationEntry("Today", "/home/", "calendar-days", current=True),
    NavigationEntry("Inbox", "/inbox/", "inbox", 7),
]


def page(name: str, **context: object) -> str:
    return render_to_string(name, {"navigation": PLACES, "actor": ADA, "idle_minutes": 15, **context})


def test_the_workspace_has_search_rail_palette_and_session() -> None:
    html = page("ui/workspace.html", live_url="https://clinic.test/live")

    assert 'action="/search/"' in html
    assert html.count('aria-current="page"') == 2  # the rail and the phone's menu of all places
    assert '<span class="rail-count">7</span>' in html
    assert '<dialog class="palette" id="palette"' in html
    assert '<meta name="session" content="15"' in html
    assert '<meta name="live" content="https://clinic.test/live">' in html


def test_the_demonstration_says_so() -> None:
    assert "invented patients" in page("ui/workspace.html", demo=True)
    assert "invented patients" not in page("ui/workspace.html")


def test_the_portal_has_tabs_and_no_palette() -> None:
    html = page("ui/portal.html")

    assert html.count('class="portal-tab"') == 2
    assert "palette" not in html


def test_the_doorway_knows_nobody() -> None:
    html = page("ui/sign_in.html")

    assert '<meta name="session"' not in html
    assert "Ruth Abara" not in html


def test_htmx_may_not_evaluate() -> None:
    assert '"allowEval":false' in page("ui/workspace.html")
