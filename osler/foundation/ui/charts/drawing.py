"""The paper under every chart: its size, its grid, its axis, its table of values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from osler.foundation.ui.charts.scales import Scale, tick_text


@dataclass(frozen=True)
class Paper:
    """The drawing area inside its margins, in the units of the view box."""

    width: int = 560
    height: int = 200
    left: int = 40
    right: int = 52
    top: int = 18
    bottom: int = 26

    @property
    def floor(self) -> int:
        return self.height - self.bottom

    @property
    def edge(self) -> int:
        return self.width - self.right

    def upward(self, low: float, high: float) -> Scale:
        return Scale(low, high, self.floor, self.top)

    def across(self, low: float, high: float) -> Scale:
        return Scale(low, high, self.left, self.edge)


@dataclass(frozen=True)
class Table:
    """The values of a chart as words, for those who do not see it and for those who count."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)


def text(x: float, y: float, words: str, *, anchor: str = "middle", css: str = "chart-text") -> SafeString:
    """Words at a place."""
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', css, x, y, anchor, words)


def rule(x: float, y: float, *, to_x: float, to_y: float, css: str = "chart-rule") -> SafeString:
    """A straight line."""
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', css, x, y, to_x, to_y)


def value_grid(paper: Paper, scale: Scale, ticks: Iterable[float]) -> SafeString:
    """Rules for round values, their numbers at the left."""
    parts = []
    for tick in ticks:
        y = scale.place(tick)
        parts.append(rule(paper.left, y, to_x=paper.edge, to_y=y))
        parts.append(text(paper.left - 6, y + 3.5, tick_text(tick), anchor="end"))
    return join(parts)


def label_step(count: int, *, fitting: int) -> int:
    """Each how-many-eth label is written so that they do not touch."""
    return max(1, -(-count // fitting))


def join(parts: Iterable[SafeString]) -> SafeString:
    """Drawings one after another."""
    return format_html_join("", "{}", ((part,) for part in parts))


@dataclass(frozen=True)
class Caption:
    """What stands over and beside a drawing."""

    title: str
    note: str = ""
    latest: SafeString | str = ""
    legend: Sequence[str] = ()
    has_lines: bool = False


def figure(paper: Paper, drawing: SafeString, *, caption: Caption, table: Table) -> SafeString:
    """The chart as a figure: caption, drawing with its title, table of values."""
    context = {"paper": paper, "drawing": drawing, "caption": caption, "table": table}
    return mark_safe(render_to_string("ui/parts/chart.html", context))  # noqa: S308 - autoescaped
