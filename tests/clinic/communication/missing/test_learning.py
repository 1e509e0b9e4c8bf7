"""Learning finds the weights that made the data, those that are written down; and figures that can be checked
by hand."""

import dataclasses
import math
import os
import random

import pytest

from osler.clinic.communication.missing.features import Facts, names_of, row_of
from osler.clinic.communication.missing.learning import Bin, auc, calibration, learn

TRUTH = {"lead": 0.6, "missed": 0.8, "confirmed": -1.2}
INTERCEPT = -2.0


def made_up(chance: random.Random, count: int) -> tuple[list[dict[str, float]], list[bool]]:
    rows, labels = [], []
    for _one in range(count):
        row = {
            "lead": chance.random() * 3,
            "missed": float(chance.randrange(3)),
            "confirmed": float(chance.random() < 0.4),
        }
        odds = INTERCEPT + sum(weight * row[name] for name, weight in TRUTH.items())
        rows.append({name: value for name, value in row.items() if value})
        labels.append(chance.random() < 1 / (1 + math.exp(-odds)))
    return rows, labels


def test_it_recovers_the_weights_that_made_the_data():
    seed = int(os.environ.get("OSLER_SEED", "1867"))
    print(f"seed {seed}")
    rows, labels = made_up(random.Random(seed), 8_000)

    learnt = learn(rows, labels, list(TRUTH))

    # Three standard errors of eight thousand rows are about 0.1 to 0.25.
    for name, weight in zip(learnt.names, learnt.weights, strict=True):
        assert abs(weight - TRUTH[name]) < 0.25, name
    risks = [learnt.risk(row) for row in rows]
    assert abs(sum(risks) - sum(labels)) < 1  # on the whole as many as there were
    assert 0.7 < auc(risks, labels) < 0.9


def test_the_same_rows_give_the_weights_that_are_written_down():
    rows, labels = made_up(random.Random(1), 500)

    learnt = learn(rows, labels, list(TRUTH))

    # Found by plain descent of the same sum, step by step, until its slope was below a thousand millionth.
    assert learnt.names == ("lead", "missed", "confirmed")
    assert learnt.weights == pytest.approx((0.59402268, 0.75732302, -0.92839752), abs=1e-8)
    assert learnt.means == pytest.approx((1.52988144, 1.052, 0.408), abs=1e-8)
    assert learnt.intercept == pytest.approx(-0.67449378, abs=2e-8)


def test_a_risk_is_the_average_and_what_each_part_adds():
    rows, labels = made_up(random.Random(2), 500)
    learnt = learn(rows, labels, list(TRUTH))
    odds = learnt.intercept + sum(part for _name, part in learnt.parts(rows[0]))

    assert learnt.risk(rows[0]) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_what_was_never_seen_weighs_nothing():
    learnt = learn([{"lead": 1.0}, {}] * 50, [True, False] * 50, ["lead", "missed"])

    assert learnt.weights[1] == 0
    assert learnt.weights[0] > 1


@pytest.mark.parametrize(
    ("risks", "labels", "expected"),
    [
        ([0.1, 0.2, 0.8, 0.9], [False, False, True, True], 1.0),
        ([0.9, 0.8, 0.2, 0.1], [False, False, True, True], 0.0),
        ([0.5, 0.5, 0.5, 0.5], [False, True, False, True], 0.5),
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 0.75),
        ([0.1, 0.2], [False, False], None),
    ],
)
def test_the_area_counts_pairs_in_the_right_order(risks, labels, expected):
    assert auc(risks, labels) == expected


def test_calibration_compares_what_was_expected_with_what_came():
    found = calibration(
        [0.4, 0.1, 0.3, 0.2, 0.8, 0.5, 0.7, 0.6, 0.9, 1.0],
        [True, False, True, False, True, False, True, False, False, True],
    )

    expected = ((0.15, 0.0), (0.35, 1.0), (0.55, 0.0), (0.75, 1.0), (0.95, 0.5))
    assert found == [Bin(2, pytest.approx(risk), seen) for risk, seen in expected]


def test_nothing_is_looked_at_that_says_who_somebody_is():
    assert [field.name for field in dataclasses.fields(Facts)] == [
        "lead_days", "kept", "missed", "weekday", "hour", "service", "is_confirmed", "is_reminded",
    ]  # fmt: skip
    facts = Facts(6.389056, 1, 1, 0, 9, "s", is_confirmed=True, is_reminded=False)
    assert row_of(facts) == {
        "lead": pytest.approx(2.0), "share": 0.25, "missed": 1.0, "confirmed": 1.0, "early": 1.0,
        "weekday:0": 1.0, "service:s": 1.0,
    }  # fmt: skip
    rows = [row_of(facts)] * 3
    assert names_of(rows, at_least=4)[-1] == "late"
    assert names_of(rows, at_least=3)[-2:] == ["service:s", "weekday:0"]
