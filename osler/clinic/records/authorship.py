"""In whose name an entry in a chart is made."""

from uuid import UUID

from osler.clinic.records.errors import NoPractitioner, OtherAuthor
from osler.foundation.access.actors import Actor


def author_id(actor: Actor, *, said: UUID | None = None) -> UUID:
    """The practitioner who the actor is; refused for accounts that are none, and where the entry
    bears (`said`) the name of somebody else."""
    if actor.practitioner_id is None:
        raise NoPractitioner
    if said is not None and said != actor.practitioner_id:
        raise OtherAuthor
    return actor.practitioner_id
