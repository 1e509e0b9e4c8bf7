"""`row.key = ANY ($1)`: a list of keys is one value of a statement, however many keys are in it.

As Django writes it each key is a value of its own: every length of a list is another statement, to be
planned anew, and more than 65,535 keys are none at all (PostgreSQL's protocol, message Bind).
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import ForeignKey, UUIDField
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

ANY = "ANY (%s)"


class _OneList(In):
    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        keys = _keys(self.rhs) if self.rhs_is_direct_value() else None
        if keys is None:
            return super().process_rhs(compiler, connection)
        if not keys:
            raise EmptyResultSet
        return ANY, [keys]

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= {rhs}" if rhs == ANY else f"IN {rhs}"


@UUIDField.register_lookup
class KeyIn(_OneList):
    """`id__in` of a table's own key."""


@ForeignKey.register_lookup
class RelatedKeyIn(_OneList, RelatedIn):
    """`patient__in`, `patient_id__in` of what points to a row."""


def _keys(values: Iterable[Any]) -> list[UUID] | None:
    """The keys of a list, each once; None if something else is among them."""
    keys = list(dict.fromkeys(one for one in values if one is not None))
    return keys if all(isinstance(one, UUID) for one in keys) else None
