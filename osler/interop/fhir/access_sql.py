"""The policy tables as SQL over the alias `t`, compiled once for each set of roles.

The hot paths must not build a QuerySet for each request; the condition is still made from the same
scopes as `scoped` (D3): a scope is compiled with placeholders for the actor, whose values are put
in at each request.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import declared_rights
from osler.foundation.access.roles import Role
from osler.interop.fhir.conditions import Condition
from osler.kernel.errors import Denied

ATTRIBUTES = ("organization_id", "patient_id", "user_id", "practitioner_id", "facility_id")
PLACEHOLDERS = {name: UUID(int=0xFFFF_0000 + index) for index, name in enumerate(ATTRIBUTES)}
NAMES = {value: name for name, value in PLACEHOLDERS.items()}
ANYBODY = Actor(name="", roles=frozenset(), **PLACEHOLDERS)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Compiled:
    """SQL with values, some of which are attributes of the actor."""

    sql: str
    values: tuple[Any, ...]

    def for_actor(self, actor: Actor) -> Condition:
        return Condition(self.sql, tuple(self.value(each, actor) for each in self.values))

    def value(self, value: Any, actor: Actor) -> Any:
        name = NAMES.get(value) if isinstance(value, UUID) else None
        if name is None:
            return value
        found = getattr(actor, name)
        if found is None:
            raise Denied
        return found


@lru_cache(maxsize=2048)
def _compiled(model: type[models.Model], action: str, roles: frozenset[Role]) -> Compiled | None:
    by_role = declared_rights().get(model, {}).get(action, {})
    scopes = {by_role[role] for role in roles if role in by_role}
    if not scopes:
        return None
    condition = Q()
    for scope in scopes:
        condition |= scope.q(ANYBODY)
    query = model._default_manager.filter(condition).query
    table = model._meta.db_table
    if len(query.alias_map) <= 1:
        sql, values = query.get_compiler(connection=connection).compile(query.where)
        return Compiled(sql.replace(f'"{table}".', "t."), tuple(values))
    keys = model._default_manager.filter(condition).order_by().values("pk").query
    sql, values = keys.sql_with_params()
    return Compiled(f"t.id IN ({sql})", tuple(values))


def access_condition(actor: Actor, model: type[models.Model], action: str = "read") -> Condition:
    """Which rows the actor may do this to; raises Denied where no role allows it at all."""
    compiled = _compiled(model, action, actor.roles)
    if compiled is None:
        raise Denied
    return compiled.for_actor(actor)


def may_at_all(actor: Actor, model: type[models.Model], action: str = "read") -> bool:
    """Whether any role of the actor has the action."""
    return _compiled(model, action, actor.roles) is not None
