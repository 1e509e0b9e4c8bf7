"""One run: each set in a throw-away clinic, its figures, and its errors one by one where asked for."""

import argparse
import time
from collections.abc import Iterable, Mapping, Sequence

from django.db import connections

from osler.clinic.patients.matching import Likeness, Strength
from osler.clinic.patients.models import Patient
from osler.clinic.patients.weights import Weights, shipped_weights
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from tests import databases
from tests.conftest import new_actor, new_organization
from tools.matching import sets
from tools.matching.judging import Judged, enrol, informative, look_for, same_truth
from tools.matching.sets import Case, Record


def main() -> None:
    """All sets, or those that are named."""
    parser = argparse.ArgumentParser(prog="matching", description=__doc__)
    parser.add_argument("--sets", default="febrl1,febrl2,febrl3,cdc,uganda,febrl4")
    parser.add_argument("--errors", type=int, default=0, help="print so many errors of each kind")
    parser.add_argument("--levels", action="store_true", help="print what each level would weigh here")
    wish = parser.parse_args()
    databases.start_cluster()
    with databases.clone("matching") as name:
        databases.point_to(name)
        for one in wish.sets.split(","):
            _tell(one, wish)
        connections.close_all()


def _tell(name: str, wish: argparse.Namespace) -> None:
    began = time.monotonic()
    if name == "cdc":
        print(f"cdc: {cdc_report(judge_cdc(shipped_weights()), wish.errors)}", flush=True)
        return
    judged, records = judge(name, shipped_weights())
    print(f"{name}: {judged}; {time.monotonic() - began:.0f} s", flush=True)
    for what, pairs in (("missed", judged.missed), ("wrong", judged.wrong)):
        for pair in sorted(pairs, key=sorted)[: wish.errors]:
            print(
                f"  {what}",
                *(_line(records[key]) for key in sorted(pair)),
                _why(judged.found.get(pair)),
                sep="\n    ",
            )
    if wish.levels:
        for level, share, chance, weight in informative(judged):
            print(f"  {level:22} {share:.5f} {chance:.5f} {weight:+.1f}")


def judge(name: str, weights: Weights, *, sample: int = 1) -> tuple[Judged, dict[str, Record]]:
    """Everybody of a set against everybody of it; FEBRL 4b against 4a. `sample` takes each so-manieth."""
    known = _records(name)
    asked = (sets.febrl("4b") if name == "febrl4" else known)[::sample]
    wanted = sets.uganda_links() if name == "uganda" else same_truth([*known, *asked])
    keys = {one.key for one in asked}
    judged = Judged({pair for pair in wanted if pair & keys}, _found(asked, known, weights))
    return judged, {one.key: one for one in [*known, *asked]}


def _records(name: str) -> list[Record]:
    return (
        sets.uganda()
        if name == "uganda"
        else sets.febrl({"febrl4": "4a"}.get(name, name.removeprefix("febrl")))
    )


def _found(
    asked: Sequence[Record], known: Sequence[Record], weights: Weights
) -> dict[frozenset[str], Likeness]:
    """Enrol in a clinic of its own and look, as its clerk and as the web role."""
    clerk = new_actor(new_organization(), Role.RECEPTION, "Bob Diaz")
    with acting(clerk):
        by_id = enrol(known, clerk)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE patients_searchtoken, patients_patient, patients_patientidentifier")
    with acting(clerk):
        return look_for(asked, by_id, weights=weights, actor=clerk)


def judge_cdc(weights: Weights) -> Iterable[tuple[Case, Likeness | None]]:
    """For each case the likeness to the person of whom it is a variant."""
    seed, cases = sets.cdc()
    found = _found([case.record for case in cases], seed, weights)
    by_truth: Mapping[str, Record] = {one.truth: one for one in seed}
    return [
        (case, found.get(frozenset({case.record.key, by_truth[case.record.truth].key}))) for case in cases
    ]


def grade(likeness: Likeness | None) -> str:
    """What the testers call it."""
    if likeness is None:
        return "no_match"
    return "match" if likeness.strength == Strength.ALMOST_CERTAIN else "possible_match"


def contrary(expected: str, seen: str) -> bool:
    """A match that is none or none that is a match; what is left to people is wrong in neither way."""
    return {expected, seen} == {"match", "no_match"}


def same_verdict(expected: str, seen: str) -> bool:
    """Whether both would join two records without asking anybody, or neither."""
    return (expected == "match") == (seen == "match")


def cdc_report(judged: Iterable[tuple[Case, Likeness | None]], errors: int) -> str:
    """How many answers are as expected, how many as far as they say that it is a match, how many contrary."""
    lines, right, joined, wrong = [], 0, 0, 0
    cases = list(judged)
    for case, likeness in cases:
        seen = grade(likeness)
        right += seen == case.expected
        joined += same_verdict(case.expected, seen)
        wrong += contrary(case.expected, seen)
        if seen != case.expected:
            lines.append(
                f"  {case.number}: {case.expected}, is {seen}\n    {_line(case.record)} {_why(likeness)}"
            )
    told = f"{joined} of {len(cases)} match or not as expected, {right} of that grade, {wrong} the contrary"
    return "\n".join([told, *lines[:errors]])


def _line(record: Record) -> str:
    patient: Patient = record.patient
    said = (
        patient.given,
        patient.family,
        patient.suffix,
        patient.birth_date,
        patient.phone,
        patient.line,
        patient.city,
    )
    numbers = [one.value for one in record.identifiers]
    return " | ".join(map(str, (record.key, *said, patient.postal_code, *numbers)))


def _why(likeness: Likeness | None) -> str:
    if likeness is None:
        return "not found"
    return f"{likeness.weight:.1f}: " + " ".join(f"{one}{likeness.weights[one]:+}" for one in likeness.levels)
