"""Amounts beside each other: bars, and bars made of parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from osler.foundation.ui.charts.drawing import (
    Caption,
    Paper,
    Table,
    figure,
    join,
    label_step,
    rule,
    text,
    value_grid,
)
from osler.foundation.ui.charts.scales import Scale, round_ticks, tick_text

Number = Decimal | float | int
MOST_LABELS = 12
FILLING = 0.62


@dataclass(frozen=True)
class Bar:
    """An amount with its name; in a stacked chart an amount for each part."""

    label: str
    values: Sequence[Number]
    url: str = ""


def bar_chart(title: str, bars: Sequence[Bar], *, unit: str = "", paper: Paper | None = None) -> SafeString:
    """One bar each, its amount over it while there is room."""
    return stacked_chart(title, bars, parts=[unit or _("Value")], unit=unit, paper=paper)


def stacked_chart(
    title: str, bars: Sequence[Bar], *, parts: Sequence[str], unit: str = "", paper: Paper | None = None
) -> SafeString:
    """Bars made of parts, first part at the bottom."""
    is_labelled = len(bars) <= MOST_LABELS
    sheet = paper or Paper(left=0 if is_labelled else 44, right=0)
    if not bars:
        return figure(sheet, join([]), caption=Caption(title, note=_("No values")), table=Table([]))
    highest = max(_total(bar) for bar in bars) or 1
    ticks = round_ticks(0, highest)
    up = sheet.upward(0, highest if is_labelled else ticks[-1])
    drawing = join(
        [
            *([] if is_labelled else [value_grid(sheet, up, ticks)]),
            *(_column(sheet, up, bar, place=i, count=len(bars)) for i, bar in enumerate(bars)),
            rule(sheet.left, sheet.floor, to_x=sheet.edge, to_y=sheet.floor, css="chart-axis"),
        ]
    )
    caption = Caption(title, note=unit, legend=list(parts) if len(parts) > 1 else ())
    rows = [[bar.label, *(tick_text(float(value)) for value in bar.values)] for bar in bars]
    return figure(sheet, drawing, caption=caption, table=Table([_("Name"), *parts], rows))


def _total(bar: Bar) -> float:
    return float(sum(bar.values))


def _column(paper: Paper, up: Scale, bar: Bar, *, place: int, count: int) -> SafeString:
    room = (paper.edge - paper.left) / count
    width = round(min(room * FILLING, 48), 1)
    middle = round(paper.left + room * (place + 0.5), 1)
    reached = 0.0
    drawn = []
    for number, value in enumerate(bar.values):
        top, bottom = up.place(reached + float(value)), up.place(reached)
        reached += float(value)
        if value:
            drawn.append(
                format_html(
                    '<rect class="chart-bar series-{}" x="{}" y="{}" width="{}" height="{}">'
                    "<title>{}</title></rect>",
                    number,
                    round(middle - width / 2, 1),
                    top,
                    width,
                    round(bottom - top, 1),
                    f"{bar.label}: {tick_text(float(value))}",
                )
            )
    if count <= MOST_LABELS:
        drawn.append(text(middle, up.place(reached) - 5, tick_text(reached), css="chart-value"))
    column = join(drawn)
    if bar.url:
        column = format_html(
            '<a href="{}" aria-label="{}">{}</a>', bar.url, f"{bar.label}: {tick_text(reached)}", column
        )
    if place % label_step(count, fitting=MOST_LABELS):
        return column
    return join([column, text(middle, paper.height - 8, bar.label)])
