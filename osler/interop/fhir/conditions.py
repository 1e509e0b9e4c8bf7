"""What a search asks of a row, as SQL with its values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from osler.foundation.vault.sealing import blind_index


@dataclass(frozen=True)
class Condition:
    """A piece of SQL over the alias `t`, with its values."""

    sql: str
    values: tuple[Any, ...] = ()


FALSE = Condition("false")


@dataclass(frozen=True)
class Number:
    """A number sought in a column that holds some as they are and some by their blind index."""

    text: str
    column: str

    def forms(self, organization: UUID | None) -> list[str]:
        """What may stand in the column."""
        if organization is None:
            return [self.text]
        return [self.text, blind_index(self.text, organization=organization, column=self.column)]


def either(conditions: Sequence[Condition]) -> Condition:
    """At least one of them."""
    if len(conditions) == 1:
        return conditions[0]
    sql = " OR ".join(f"({each.sql})" for each in conditions) or "false"
    return Condition(sql, tuple(value for each in conditions for value in each.values))
