"""Logistic regression by Newton's method, with a ridge: the same rows give the same weights, in any process.

Small on purpose: some twenty weights of twenty thousand visits need no library.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, float]
RIDGE = 1.0
"""How much a weight must be worth: pulls those of rare things towards nought."""
MOST_STEPS = 30
CLOSE_ENOUGH = 1e-8
BINS = 5


@dataclass(frozen=True)
class Learnt:
    """Weights by name, what each number is on average, and the odds where all are average."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    intercept: float

    def parts(self, row: Row) -> list[tuple[str, float]]:
        """What each name adds to the log odds, against an average visit."""
        return [
            (name, weight * (row.get(name, 0.0) - mean))
            for name, weight, mean in zip(self.names, self.weights, self.means, strict=True)
        ]

    def risk(self, row: Row) -> float:
        """How likely a miss is."""
        return _logistic(self.intercept + sum(part for _name, part in self.parts(row)))


@dataclass(frozen=True)
class Bin:
    """Visits of like risk: how many, what was expected and what came."""

    count: int
    expected: float
    seen: float


def learn(rows: Sequence[Row], labels: Sequence[bool], names: Sequence[str]) -> Learnt:
    """The weights under which these labels are the least surprising."""
    size = len(names) + 1
    place = {name: index + 1 for index, name in enumerate(names)}
    sparse = [
        [(0, 1.0), *((place[name], value) for name, value in row.items() if name in place)] for row in rows
    ]
    weights = [0.0] * size
    for _step in range(MOST_STEPS):
        slope, curve = _derivatives(sparse, labels, weights)
        change = _solved(curve, slope)
        weights = [weight + delta for weight, delta in zip(weights, change, strict=True)]
        if max(map(abs, change)) < CLOSE_ENOUGH:
            break
    count = max(len(rows), 1)
    means = [sum(row.get(name, 0.0) for row in rows) / count for name in names]
    intercept = weights[0] + sum(weight * mean for weight, mean in zip(weights[1:], means, strict=True))
    return Learnt(tuple(names), tuple(weights[1:]), tuple(means), intercept)


def auc(risks: Sequence[float], labels: Sequence[bool]) -> float | None:
    """How often a missed visit has the higher risk of two, one missed and one kept; alike counts half."""
    missed = sum(labels)
    kept = len(labels) - missed
    if not missed or not kept:
        return None
    order = sorted(range(len(risks)), key=risks.__getitem__)
    ranks, at = 0.0, 0
    while at < len(order):
        end = at
        while end < len(order) and risks[order[end]] == risks[order[at]]:
            end += 1
        mean_rank = (at + end + 1) / 2
        ranks += mean_rank * sum(labels[index] for index in order[at:end])
        at = end
    return (ranks - missed * (missed + 1) / 2) / (missed * kept)


def calibration(risks: Sequence[float], labels: Sequence[bool]) -> list[Bin]:
    """Visits by risk in parts of equal size: what was expected in each, and what came."""
    order = sorted(range(len(risks)), key=risks.__getitem__)
    found = []
    for number in range(BINS):
        part = order[number * len(order) // BINS : (number + 1) * len(order) // BINS]
        if part:
            expected = sum(risks[index] for index in part) / len(part)
            found.append(Bin(len(part), expected, sum(labels[index] for index in part) / len(part)))
    return found


def _logistic(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)


def _derivatives(
    rows: Sequence[Sequence[tuple[int, float]]], labels: Sequence[bool], weights: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    size = len(weights)
    slope = [-RIDGE * weight if index else 0.0 for index, weight in enumerate(weights)]
    curve = [[RIDGE if one == other and one else 0.0 for other in range(size)] for one in range(size)]
    curve[0][0] = 1e-9  # the intercept is free; never quite singular
    for row, label in zip(rows, labels, strict=True):
        risk = _logistic(sum(weights[index] * value for index, value in row))
        miss, bend = label - risk, risk * (1 - risk)
        for index, value in row:
            slope[index] += miss * value
            line, part = curve[index], bend * value
            for other, beside in row:
                line[other] += part * beside
    return slope, curve


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Gauss with the largest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda index: abs(rows[index][column]))
        rows[column], rows[best] = rows[best], rows[column]
        lead = rows[column]
        for line in rows[column + 1 :]:
            factor = line[column] / lead[column]
            for index in range(column, size + 1):
                line[index] -= factor * lead[index]
    found = [0.0] * size
    for column in reversed(range(size)):
        rest = sum(rows[column][index] * found[index] for index in range(column + 1, size))
        found[column] = (rows[column][size] - rest) / rows[column][column]
    return found
