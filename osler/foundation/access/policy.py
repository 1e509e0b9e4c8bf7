"""Who may do what to which rows: a table for each model, and the two functions that read it.

`decide` answers for one thing, `scoped` for all rows; both come from the same scopes (D3). A
missing rule denies; there is no list that, being empty, could mean "everything".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.kernel.errors import Denied, Missing

RowType = TypeVar("RowType", bound=Model)


@dataclass(frozen=True)
class Scope:
    """Rows whose `path` equals an attribute of the actor; the same test as a Q and on an object."""

    path: str
    attribute: str

    def q(self, actor: Actor) -> Q:
        """The rows, as a condition."""
        return Q(**{self.path: self._wanted(actor)})

    def holds(self, actor: Actor, row: Model) -> bool:
        """Whether a row is one of them."""
        value: Any = row
        for step in self.path.split("__"):
            value = getattr(value, step)
        return bool(value == self._wanted(actor))

    def _wanted(self, actor: Actor) -> Any:
        wanted = getattr(actor, self.attribute)
        if wanted is None:
            raise Denied
        return wanted


TENANT = Scope("organization_id", "organization_id")
OWN = Scope("patient_id", "patient_id")
ITSELF = Scope("id", "patient_id")
BY_USER = Scope("user_id", "user_id")

Rights = Mapping[str, Mapping[Role, Scope]]
_rights: dict[type[Model], Rights] = {}


def rights(model: type[Model], table: Rights) -> None:
    """Declare a model's table: action, then role, then the rows it reaches."""
    _rights[model] = table


def declared_rights() -> dict[type[Model], Rights]:
    """Every table, for the printed matrix and its test."""
    return dict(_rights)


def for_roles(scope: Scope, *roles: Role) -> dict[Role, Scope]:
    """The same scope for several roles."""
    return dict.fromkeys(roles, scope)


def _scopes(actor: Actor, action: str, model: type[Model]) -> set[Scope]:
    by_role = _rights.get(model, {}).get(action, {})
    scopes = {by_role[role] for role in actor.roles if role in by_role}
    if not scopes:
        raise Denied
    return scopes


def may(actor: Actor, action: str, model: type[Model]) -> bool:
    """Whether any role of the actor has this action at all: for menus, never instead of decide."""
    by_role = _rights.get(model, {}).get(action, {})
    return any(role in by_role for role in actor.roles)


def decide(actor: Actor, action: str, subject: Model | type[Model]) -> None:
    """Return if the actor may; raise Denied (no role allows it) or Missing (not his to know of).

    A class as subject asks for an act on no particular row, such as creating one.
    """
    model = subject if isinstance(subject, type) else type(subject)
    scopes = _scopes(actor, action, model)
    if isinstance(subject, type):
        return
    if not any(scope.holds(actor, subject) for scope in scopes):
        raise Missing


def scoped(model: type[RowType], actor: Actor, action: str = "read") -> QuerySet[RowType]:
    """The rows that the actor may do this to: the only road to a row."""
    condition = Q()
    for scope in _scopes(actor, action, model):
        condition |= scope.q(actor)
    return model._default_manager.filter(condition)
