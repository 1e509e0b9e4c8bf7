"""Learning from the clinic's own past, and what was learnt last.

Weights are judged by the latest fifth of the visits, which they have not seen, and then learnt from all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from osler.clinic.communication.errors import TooFewVisits
from osler.clinic.communication.missing.features import names_of, row_of
from osler.clinic.communication.missing.history import Past, has_grown, past_visits
from osler.clinic.communication.missing.learning import Learnt, auc, calibration, learn
from osler.clinic.communication.models import NoShowGroup, NoShowModel
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel import clock

VISITS_AT_LEAST = 500
MISSED_AT_LEAST = 30
SEEN_AT_LEAST = 30
"""A weekday or kind of visit that is rarer gets no weight of its own."""
HELD_BACK = 5
"""One part in so many, the latest, is not learnt from at first."""
AGES = ((18, "0–17"), (40, "18–39"), (65, "40–64"), (200, "65+"))
GROUP_AT_LEAST = 20
Kind = NoShowGroup.Kind


def learn_no_shows(*, actor: Actor | None) -> NoShowModel:
    """Learn anew from the past visits of the tenant; by the house itself without an actor. TooFewVisits if
    there are too few, or too few that were missed."""
    if actor is not None:
        decide(actor, "learn", NoShowModel)
    visits = past_visits(now=clock.now())
    missed = sum(visit.is_missed for visit in visits)
    if len(visits) < VISITS_AT_LEAST or missed < MISSED_AT_LEAST:
        raise TooFewVisits
    rows = [row_of(visit.facts) for visit in visits]
    labels = [visit.is_missed for visit in visits]
    names = names_of(rows, at_least=SEEN_AT_LEAST)
    cut = len(rows) - len(rows) // HELD_BACK
    earlier = learn(rows[:cut], labels[:cut], names)
    risks = [earlier.risk(row) for row in rows[cut:]]
    bins = calibration(risks, labels[cut:])
    learnt = learn(rows, labels, names)
    model = NoShowModel(
        learnt_at=clock.now(),
        since=visits[0].day,
        until=visits[-1].day,
        visits=len(visits),
        missed=missed,
        names=list(learnt.names),
        weights=_exact(learnt.weights),
        means=_exact(learnt.means),
        intercept=_exact([learnt.intercept])[0],
        held_back=len(risks),
        auc=_figure(auc(risks, labels[cut:])),
        bin_counts=[one.count for one in bins],
        bin_expected=_exact(one.expected for one in bins),
        bin_seen=_exact(one.seen for one in bins),
    )
    model.save(force_insert=True)
    for group in _groups(model, visits[cut:], risks):
        group.save(force_insert=True)
    return model


def has_more_to_learn() -> bool:
    """Whether a visit was added since the tenant learnt last; otherwise the same would be learnt again."""
    model = latest_model()
    return model is None or has_grown(since=model.learnt_at, written_since=model.created_at, now=clock.now())


def latest_model() -> NoShowModel | None:
    """What was learnt last, of the tenant for whom somebody acts."""
    return NoShowModel.objects.order_by("-learnt_at", "-id").first()


def learnt_of(model: NoShowModel) -> Learnt:
    """Its weights, to reckon with."""
    return Learnt(
        tuple(model.names),
        tuple(map(float, model.weights)),
        tuple(map(float, model.means)),
        float(model.intercept),
    )


def _exact(numbers: Iterable[float]) -> list[Decimal]:
    return [Decimal(f"{number:.8f}") for number in numbers]


def _figure(number: float | None) -> Decimal | None:
    return None if number is None else _exact([number])[0]


def _groups(model: NoShowModel, visits: Sequence[Past], risks: Sequence[float]) -> Iterable[NoShowGroup]:
    """By sex, age and language, which the weights know nothing of: is what is expected of each group what
    came?"""
    found: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for visit, risk in zip(visits, risks, strict=True):
        ages = next((name for until, name in AGES if visit.age is not None and visit.age < until), "")
        kinds = ((Kind.SEX, visit.sex), (Kind.AGE, ages), (Kind.LANGUAGE, visit.language))
        for kind, name in kinds:
            if name:
                found[kind.value, name].append((risk, visit.is_missed))
    for (group, name), part in sorted(found.items()):
        if len(part) >= GROUP_AT_LEAST:
            yield NoShowGroup(
                model=model,
                kind=group,
                name=name[:40],
                visits=len(part),
                missed=sum(was for _risk, was in part),
                expected=_figure(sum(risk for risk, _was in part) / len(part)),
                auc=_figure(auc([risk for risk, _was in part], [was for _risk, was in part])),
            )
