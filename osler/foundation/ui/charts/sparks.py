"""Spark lines: a trend in the height of a line of text."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from osler.foundation.ui.charts.scales import Scale
from osler.foundation.ui.results import number_text

Number = Decimal | float | int
WIDTH, HEIGHT, MARGIN = 96, 22, 4


def spark_svg(
    values: Sequence[Number], *, low: Number | None = None, high: Number | None = None, label: str = ""
) -> SafeString:
    """A line of values, oldest first, over the band of the reference range; nothing for none."""
    if not values:
        return mark_safe("")
    numbers = [float(value) for value in values]
    bounds = [float(bound) for bound in (low, high) if bound is not None]
    down = Scale(min(numbers + bounds), max(numbers + bounds), HEIGHT - MARGIN, MARGIN)
    across = Scale(0, max(len(numbers) - 1, 1), MARGIN, WIDTH - MARGIN)
    points = [(across.place(i), down.place(number)) for i, number in enumerate(numbers)]
    if len(points) == 1:
        points = [(WIDTH / 2, points[0][1])]
    is_abnormal = (low is not None and numbers[-1] < low) or (high is not None and numbers[-1] > high)
    title = _("%(label)s: %(count)d values, from %(first)s to %(last)s") % {
        "label": label or _("Trend"),
        "count": len(numbers),
        "first": number_text(values[0]),
        "last": number_text(values[-1]),
    }
    last_x, last_y = points[-1]
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<title>{}</title>{}<polyline class="chart-line" points="{}"/>'
        '<circle class="chart-point is-last{}" cx="{}" cy="{}" r="2.5"/></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        title,
        title,
        _band(down, low=low, high=high),
        " ".join(f"{x},{y}" for x, y in points),
        " is-abnormal" if is_abnormal else "",
        last_x,
        last_y,
    )


def _band(down: Scale, *, low: Number | None, high: Number | None) -> SafeString:
    if low is None and high is None:
        return mark_safe("")
    top = down.place(float(high)) if high is not None else 0.0
    bottom = down.place(float(low)) if low is not None else float(HEIGHT)
    return format_html(
        '<rect class="chart-band" x="0" y="{}" width="{}" height="{}"/>', top, WIDTH, round(bottom - top, 1)
    )
