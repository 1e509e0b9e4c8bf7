"""Eight years of the same clinic, and what a simulation can say."""

import time
from itertools import product
from statistics import mean

from osler.clinic.communication.missing.features import names_of, row_of
from osler.clinic.communication.missing.learning import auc, calibration, learn
from tools.clinic_year.year import (
    BEGINS,
    CLINICIANS,
    ENDS,
    HELD_BACK_WEEKS,
    HOURS,
    MEASURED,
    WARM_UP,
    Switches,
    Tally,
    Year,
)

HEAD = (
    "reminders  risk  list   missed  seen of all times  days to visit  freed  filled  late  filled"
    "  offers  taken  beside  both came"
)
TEXT = """
What this shows: with these assumptions (tools/clinic_year/people.py) and Osler's own rules, how the parts
work together, and that none of them stands in another's way. The same seed gives the same table.

What it does not show: how many visits of a real clinic would be missed. How people are inclined, what a
reminder does, how many read a message in time and take an offer were put in by us, so what comes out of them
was put in as well. “Late” are times given back less than two days before. The calendar is a list in memory:
races, outages and locks are tested elsewhere, with the real deeds. Only a clinic's own figures
(Administration, Missed visits) say what it gains.
"""


def main(seed: int) -> None:
    """All ways of switching, and the model judged on weeks that it has not seen."""
    began = time.process_time()
    weeks = (WARM_UP.days // 7, MEASURED.days // 7)
    print(f"Seed {seed}: {len(CLINICIANS)} clinicians, {len(HOURS)} times a day,", end=" ")
    print(f"{weeks[1]} weeks after {weeks[0]}.\n")
    print(HEAD)
    for reminders, risk, waiting_list in product((False, True), repeat=3):
        year = Year(seed, Switches(reminders, risk, waiting_list))
        tally = year.run()
        tally.times = sum(BEGINS + WARM_UP <= place.start < ENDS for place in year.places)
        print(_line((reminders, risk, waiting_list), tally))
    print("\n" + _judged(year))
    print(TEXT)
    print(f"{time.process_time() - began:.0f} s of the processor")


def _line(on: tuple[bool, ...], tally: Tally) -> str:
    marks = [("on" if one else "–") for one in on]
    filled = tally.filled / max(tally.freed, 1)
    late = tally.late_filled / max(tally.late, 1)
    missed, seen = tally.missed / tally.due, tally.seen / tally.times
    return (
        f"{marks[0]:<10} {marks[1]:<5} {marks[2]:<5} {missed:>7.1%} {seen:>18.1%} {mean(tally.days):>14.1f}"
        f" {tally.freed:>6} {filled:>7.0%} {tally.late:>5} {late:>7.0%}"
        f" {tally.offers:>7} {tally.accepted:>6} {tally.beside:>7} {tally.crowded:>10}"
    )


def _judged(year: Year) -> str:
    """Learnt from all but the last weeks, judged by those."""
    cut = ENDS - HELD_BACK_WEEKS * 7 * (ENDS - BEGINS) / (ENDS - BEGINS).days
    before = [one for one in year.past if one[2] < cut]
    after = [one for one in year.past if one[2] >= cut]
    rows = [row_of(facts) for facts, _missed, _start in before]
    learnt = learn(rows, [missed for _facts, missed, _start in before], names_of(rows, at_least=30))
    risks = [learnt.risk(row_of(facts)) for facts, _missed, _start in after]
    labels = [missed for _facts, missed, _start in after]
    area = auc(risks, labels)
    lines = [
        f"The model, learnt from {len(before)} visits and judged by the {len(after)} of the last"
        f" {HELD_BACK_WEEKS} weeks: AUC {area:.3f}" if area is not None else "No visit was missed.",
        "  visits  expected  seen",
        *(f"  {one.count:>6}  {one.expected:>8.1%}  {one.seen:>5.1%}" for one in calibration(risks, labels)),
    ]  # fmt: skip
    return "\n".join(lines)
