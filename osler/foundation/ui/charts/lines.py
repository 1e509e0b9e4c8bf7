"""Values over time, over the band of their reference range."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from osler.foundation.ui.charts.drawing import Caption, Paper, Table, figure, join, rule, text, value_grid
from osler.foundation.ui.charts.scales import Scale, round_ticks
from osler.foundation.ui.dates import clinic_date
from osler.foundation.ui.results import number_text, range_text

Number = Decimal | float | int
MOST_DATES = 4


@dataclass(frozen=True)
class Point:
    """One value at a moment."""

    at: date | datetime
    value: Number


@dataclass(frozen=True)
class Series:
    """Values of one kind, oldest first."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Band:
    """The reference range that is drawn behind."""

    low: Number | None = None
    high: Number | None = None

    def holds(self, value: Number) -> bool:
        """Whether a value lies inside."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    unit: str = "",
    band: Band | None = None,
    paper: Paper | None = None,
) -> SafeString:
    """One or two lines over time; nothing is drawn for no values."""
    points = [point for one in series for point in one.points]
    sheet = paper or Paper()
    reference = band or Band()
    if not points:
        return figure(sheet, join([]), caption=Caption(title, note=_("No values")), table=Table([]))
    values = [float(point.value) for point in points]
    bounds = [float(bound) for bound in (reference.low, reference.high) if bound is not None]
    ticks = round_ticks(min(values + bounds), max(values + bounds))
    up = sheet.upward(ticks[0], ticks[-1])
    moments = [_moment(point.at) for point in points]
    across = sheet.across(min(moments), max(moments))
    drawing = join(
        [
            _band(sheet, up, reference),
            value_grid(sheet, up, ticks),
            *(_line(one, number=i, up=up, across=across, band=reference) for i, one in enumerate(series)),
            _dates(sheet, across, points),
            *(_last_value(sheet, up, one) for one in series if one.points),
        ]
    )
    caption = Caption(
        title,
        note=" · ".join(filter(None, [unit, _range_note(reference)])),
        legend=[one.label for one in series] if len(series) > 1 else (),
        has_lines=True,
    )
    return figure(sheet, drawing, caption=caption, table=_table(series, unit=unit))


def _moment(at: date | datetime) -> float:
    if isinstance(at, datetime):
        return at.timestamp()
    return datetime(at.year, at.month, at.day).astimezone().timestamp()


def _range_note(band: Band) -> str:
    written = range_text(band.low, band.high)
    return _("reference %(range)s") % {"range": written} if written else ""


def _band(paper: Paper, up: Scale, band: Band) -> SafeString:
    if band.low is None and band.high is None:
        return join([])
    top = up.place(float(band.high)) if band.high is not None else paper.top
    bottom = up.place(float(band.low)) if band.low is not None else paper.floor
    return format_html(
        '<rect class="chart-band" x="{}" y="{}" width="{}" height="{}"/>',
        paper.left,
        top,
        paper.edge - paper.left,
        round(bottom - top, 1),
    )


def _line(series: Series, *, number: int, up: Scale, across: Scale, band: Band) -> SafeString:
    places = [(across.place(_moment(point.at)), up.place(float(point.value))) for point in series.points]
    line = format_html(
        '<polyline class="chart-line series-{}" points="{}"/>',
        number,
        " ".join(f"{x},{y}" for x, y in places),
    )
    last = len(places) - 1
    dots = []
    for place, ((x, y), point) in enumerate(zip(places, series.points, strict=True)):
        classes = f"chart-point series-{number}"
        classes += "" if band.holds(point.value) else " is-abnormal"
        classes += " is-last" if place == last else ""
        said = f"{clinic_date(point.at)}: {number_text(point.value)}"
        dots.append(
            format_html(
                '<circle class="{}" cx="{}" cy="{}" r="3"><title>{}</title></circle>', classes, x, y, said
            )
        )
    return join([line, *dots])


def _dates(paper: Paper, across: Scale, points: Sequence[Point]) -> SafeString:
    days = sorted({_moment(point.at): clinic_date(point.at) for point in points}.items())
    room = (paper.edge - paper.left) / MOST_DATES
    parts = [rule(paper.left, paper.floor, to_x=paper.edge, to_y=paper.floor, css="chart-axis")]
    written: float | None = None
    for moment, words in [days[-1], *days[:-1]] if len(days) > 1 else days:
        x = across.place(moment)
        is_last = moment == days[-1][0]
        if not is_last and (paper.edge - x < room or (written is not None and x - written < room)):
            continue
        anchor = "end" if is_last and len(days) > 1 else "middle" if x - paper.left > room / 2 else "start"
        parts.append(text(x, paper.height - 8, words, anchor=anchor))
        written = written if is_last and len(days) > 1 else x
    return join(parts)


def _last_value(paper: Paper, up: Scale, series: Series) -> SafeString:
    last = series.points[-1]
    y = up.place(float(last.value))
    return text(paper.edge + 8, y + 4, number_text(last.value), anchor="start", css="chart-value")


def _table(series: Sequence[Series], *, unit: str) -> Table:
    moments = sorted({point.at for one in series for point in one.points}, key=_moment, reverse=True)
    found = [{point.at: number_text(point.value) for point in one.points} for one in series]
    suffix = f" ({unit})" if unit else ""
    return Table(
        [_("Date"), *(f"{one.label}{suffix}" for one in series)],
        [[clinic_date(at), *(values.get(at, "") for values in found)] for at in moments],
    )
