"""What is wrong with a page that is open in the browser: for all eyes, hands and ears, and by its weight."""

from collections import defaultdict
from itertools import product
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.environment import FULL

Look = tuple[int, Any]
LOOKS: list[Look] = list(product((375, 768, 1280), ("light", "dark")))
HEIGHT = 860
HEAVIEST = 150_000  # bytes as sent, without images
AXE = Axe().axe_script
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
ALIKE = [] if FULL else [["tbody tr:nth-child(n+9)"], ["li:nth-child(n+9)"], [".visit:nth-child(n+9)"]]
"""Lines that look like those before them."""
FINE = ["color-contrast", "target-size"]
"""Rules about single elements that take most of the time: each kind of element is asked once in light and
once in the dark, at the width whose turn it is."""
RUN = """async ([alike, rules, fine]) => {
    axe.configure({rules: fine.map(id => ({id, selector: "[data-looked-at]"}))});
    const found = await axe.run(alike.length ? {include: [["html"]], exclude: alike} : document, rules);
    const said = node => node.html.slice(0, 200) + " " + node.any.map(check => check.message).join();
    return found.violations.map(
        one => `${one.id} (${one.nodes.length}): ${one.nodes.slice(0, 2).map(said).join(" | ")}`);
}"""
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(one => one.initiatorType !== "img")
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
STILL = """() => Promise.all([new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
    ...document.getAnimations().map(one => one.finished.catch(() => {}))])"""
"""Colors change by a transition, however short."""
SHAPE = """() => {
    const headings = document.querySelectorAll("h1").length;
    const spills = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return [
        headings === 1 ? "" : `${headings} h1`,
        document.documentElement.lang ? "" : "no language",
        document.title.trim() ? "" : "no title",
        spills > 0 ? `spills by ${spills} px` : "",
    ].filter(Boolean);
}"""
KIND = """
    const named = e => `${e.localName}.${[...e.classList].join(".")}[${e.getAttributeNames().join()}]`;
    const names = new Map(), name = e => names.get(e) ?? names.set(e, named(e)).get(e);
    const kind = e => name(e.parentElement) + ">" + name(e);
    const all = [...document.body.querySelectorAll("*")].filter(
        e => !e.closest("svg *, script, option") && e.checkVisibility());
"""
KINDS = f"""() => {{ {KIND} return [...new Set(all.map(kind))]; }}"""
"""The kinds of all visible elements."""
MARK = f"""asked => {{ {KIND}
    const wanted = new Set(asked);
    for (const e of all.filter(e => wanted.has(kind(e)))) e.setAttribute("data-looked-at", "");
}}"""
"""Marks the elements of these kinds."""
UNMARK = """() => { for (const e of document.querySelectorAll("[data-looked-at]"))
    e.removeAttribute("data-looked-at"); }"""
RULED = [ALIKE, RULES, [] if FULL else FINE]


class Looker:
    """Looks at pages, and remembers what kinds of elements it has seen where."""

    def __init__(self, turn: int = 0) -> None:
        self.turn = turn
        self.kinds: dict[str, set[str]] = defaultdict(set)
        self.examined: set[tuple[Look | None, str]] = set()
        self.refused: set[str] = set()
        self.shown: set[str] = set()

    def turn_to(self, page: Page) -> None:
        """Have the next page shown in the look whose turn it is: before it is opened it costs least."""
        self.turn += 1
        show(page, self.look)

    @property
    def look(self) -> Look:
        """Whose turn it is."""
        return LOOKS[self.turn % len(LOOKS)]

    def faults(self, page: Page, name: str) -> list[str]:
        """Of an open page in the look that it was turned to; with OSLER_FULL in all six."""
        if not FULL:
            return self.faults_in(page, self.look, name)
        found = []
        for look in LOOKS:
            show(page, look)
            found += self.faults_in(page, look, name)
        return found

    def faults_in(self, page: Page, look: Look, name: str) -> list[str]:
        """Of an open page in one look. Pages of one name are alike but for new kinds of elements."""
        width, scheme = look
        where = look if FULL else None
        page.evaluate(STILL)
        found = page.evaluate(SHAPE)
        kinds = set(page.evaluate(KINDS)) - self.kinds[scheme]
        if kinds or (where, name) not in self.examined:
            self.kinds[scheme] |= kinds
            self.examined.add((where, name))
            page.evaluate(MARK, list(kinds))
            page.evaluate(AXE)
            found += page.evaluate(RUN, RULED) and self._seen_again(page)
            page.evaluate(UNMARK)
        return [f"{width} {scheme}: {fault}" for fault in found]

    def _seen_again(self, page: Page) -> list[str]:
        """What is still wrong a moment later: on a busy machine colors may change after all has settled."""
        page.wait_for_timeout(500)
        return list(page.evaluate(RUN, RULED))


def show(page: Page, look: Look) -> None:
    """Let a page be as wide, and as light or dark."""
    width, scheme = look
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def weight(page: Page) -> int:
    """Bytes that were sent for the page."""
    return int(page.evaluate(WEIGHT))
