"""The diagnoses that a clinician makes most."""

from collections import Counter

from osler.clinic.records.models import Condition
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

LATEST, FAVORITES = 300, 20


def favorite_codes(actor: Actor) -> list[str]:
    """The codes most used in the actor's latest diagnoses of visits, the commonest first."""
    if actor.practitioner_id is None:
        return []
    made = scoped(Condition, actor).filter(
        recorder_id=actor.practitioner_id, category=Condition.Category.ENCOUNTER
    )
    made = made.exclude(verification_status="entered-in-error")
    latest = made.order_by("-id").values_list("code", flat=True)[:LATEST]
    return [code for code, _ in Counter(latest).most_common(FAVORITES) if code]
