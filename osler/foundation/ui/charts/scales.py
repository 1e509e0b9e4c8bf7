"""From values to places on the drawing, with round numbers on the axis."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A straight mapping of values to places."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        span = self.high - self.low
        share = 0.5 if span == 0 else (value - self.low) / span
        return round(self.start + share * (self.end - self.start), 1)


def round_step(span: float, *, wanted: int) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that cuts a span into about so many parts."""
    if span <= 0:
        return 1.0
    raw = span / max(wanted, 1)
    power: float = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5):
        if raw <= factor * power:
            return factor * power
    return 10 * power


def round_ticks(low: float, high: float, *, wanted: int = 4) -> list[float]:
    """Round numbers that enclose the values."""
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = round_step(high - low, wanted=wanted)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    return [round(place * step, 10) for place in range(first, last + 1)]


def tick_text(value: float) -> str:
    """A number of the axis: thousands apart, no zeros that say nothing."""
    text = f"{value:,.10g}"
    return text.replace("-", "\N{MINUS SIGN}")
