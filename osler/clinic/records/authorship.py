"""In whose name an entry in a chart is made."""

from uuid import UUID

from osler.clinic.records.errors import NoPractitioner
from osler.foundation.access.actors import Actor


def author_id(actor: Actor) -> UUID:
    """The practitioner who the actor is; refused for accounts that are none."""
    if actor.practitioner_id is None:
        raise NoPractitioner
    return actor.practitioner_id
