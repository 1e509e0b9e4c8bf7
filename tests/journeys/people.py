"""Somebody at a screen: with a mouse, or with a keyboard alone. Both do the same few things."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

FAR = 220  # key strokes: more than that to reach something is no way to work
IS_FOCUSED = "element => element === document.activeElement"
IS_TYPING = (
    "() => !!document.activeElement?.matches('input:not([type=radio],[type=checkbox]), textarea, select')"
)
IS_BESIDE = (
    "e => !!e.name && e.name === document.activeElement?.name && e.form === document.activeElement.form"
)
TAKES_ARROWS = """() => document.activeElement === document.body
    || !!document.activeElement.closest('[data-list]')"""


@dataclass
class Mouse:
    """Points and clicks; counts what it does."""

    page: Page
    actions: int = field(default=0)

    def press(self, target: Locator) -> None:
        """A button, a link, a choice."""
        self.actions += 1
        target.click()

    def fill(self, target: Locator, words: str) -> None:
        """Text into an input."""
        self.actions += 1
        target.fill(words)

    def select(self, target: Locator, label: str) -> None:
        """An entry of a menu of choices."""
        self.actions += 1
        target.select_option(target.locator("option", has_text=label).first.get_attribute("value"))

    def mark(self, label: Locator) -> None:
        """One of several choices side by side."""
        self.actions += 1
        label.click()

    def choose(self, box: Locator, words: str, expected: str) -> None:
        """Type words into a combobox and take the answer that reads as expected."""
        self.actions += 2
        box.press_sequentially(words, delay=10)
        _answers(self.page).get_by_role("option", name=re.compile(expected, re.I)).first.click()

    def go(self, place: str) -> None:
        """To a page by its name in the navigation, or on the role's home."""
        if _link(self.page, place).count() == 0:
            self.press(_link(self.page, "Home"))
        self.press(_link(self.page, place))
        self.page.wait_for_load_state()


@dataclass
class Unscripted(Mouse):
    """Points and clicks in a browser that runs no scripts: a list to choose from comes with the answer."""

    wanted: str = ""

    def choose(self, box: Locator, words: str, expected: str) -> None:
        """Type words; what is meant is said when the form comes back."""
        self.fill(box, words)
        self.wanted = expected

    def press(self, target: Locator) -> None:
        """A button, a link, a choice; then the entry that is meant, if the answer asks."""
        super().press(target)
        offer = self.page.locator(".offers button", has_text=re.compile(self.wanted, re.I)).first
        if self.wanted and offer.count():
            super().press(offer)
        self.wanted = ""


@dataclass
class Keyboard:
    """Never touches a mouse: Tab, arrows, Enter, the letters of the page and the palette."""

    page: Page
    actions: int = field(default=0)

    def reach(self, target: Locator) -> None:
        """Move the focus there as a person does: by arrows through a list, by Tab elsewhere."""
        expect(target).to_be_visible()
        if target.evaluate("e => !!e.closest('[data-list]')"):
            self._reach_row(target)
        for _stroke in range(FAR):
            if target.evaluate(IS_FOCUSED):  # the part may have been fetched anew
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is more than {FAR} key strokes away")

    def _reach_row(self, target: Locator) -> None:
        row = target.locator("xpath=ancestor-or-self::*[self::tr or self::li][1]")
        has_focus = "row => row.contains(document.activeElement)"
        for _stroke in range(FAR):
            if row.evaluate(has_focus):
                return
            self.page.keyboard.press("ArrowDown" if self.page.evaluate(TAKES_ARROWS) else "Tab")
        raise AssertionError(f"no way to the row of {target} within {FAR} key strokes")

    def press(self, target: Locator) -> None:
        """By its letter if it has one and nobody is typing, else Enter on it."""
        self.actions += 1
        expect(target).to_be_visible()
        letter = target.get_attribute("data-key")
        if letter and not self.page.evaluate(IS_TYPING):
            self.page.keyboard.press(letter)
            return
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, target: Locator, words: str) -> None:
        """Text into an input."""
        self.actions += 1
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(words)

    def select(self, target: Locator, label: str) -> None:
        """The first letters of a choice choose it."""
        self.actions += 1
        whole = target.locator("option", has_text=label).first.inner_text()
        self.reach(target)
        self.page.keyboard.type(whole)
        expect(target.locator("option:checked")).to_contain_text(label)

    def mark(self, label: Locator) -> None:
        """By Tab to the choices, then by arrows (or Space) to the one."""
        self.actions += 1
        choice = label.evaluate_handle("l => l.control").as_element()
        assert choice is not None
        for _stroke in range(FAR):
            if choice.evaluate(IS_BESIDE):
                break
            self.page.keyboard.press("Tab")
        for _stroke in range(20):
            if choice.evaluate("e => e.checked"):
                return
            is_there = choice.evaluate(IS_FOCUSED)
            self.page.keyboard.press("Space" if is_there else "ArrowRight")
        raise AssertionError("the choice could not be made")

    def choose(self, box: Locator, words: str, expected: str) -> None:
        """Type, go down to the answer, Enter."""
        self.actions += 2
        self.reach(box)
        self.page.keyboard.type(words, delay=10)
        answers = _answers(self.page)
        expect(answers.get_by_role("option", name=re.compile(expected, re.I)).first).to_be_visible()
        for _stroke in range(20):
            if re.search(expected, answers.locator("[aria-selected=true]").inner_text(), re.I):
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{expected} is not among the answers")

    def go(self, place: str) -> None:
        """To a page by the palette; on the portal, which has none, by its link."""
        self.actions += 1
        if self.page.locator("#palette").count() == 0:
            return self.press(_link(self.page, place))
        self.page.keyboard.press("ControlOrMeta+k")
        self.page.keyboard.type(place)
        expect(self.page.locator("#palette-list [aria-selected=true]")).to_contain_text(place)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return None


def _answers(page: Page) -> Locator:
    return page.get_by_role("listbox").filter(visible=True)


def _link(page: Page, place: str) -> Locator:
    return page.get_by_role("link", name=re.compile(f"^{place}")).filter(visible=True).first


Person = Mouse | Keyboard
