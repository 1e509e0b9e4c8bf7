"""The shape of every audited row: key, tenant, version, and its FHIR text."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from osler.kernel.errors import StaleVersion
from osler.kernel.keys import uuid7

CURRENT_ORGANIZATION = RawSQL("(nullif(current_setting('app.org', true), ''))::uuid", ())
AT_ONCE = 500
"""Rows to be written by one statement, which has at most 65,535 values."""
STAMPED = frozenset({"version", "created_at", "updated_at", "organization_id"})

RowType = TypeVar("RowType", bound=models.Model)

_representations: dict[type[models.Model], Callable[[Any], str]] = {}


def represent_with(model: type[models.Model], represent: Callable[[Any], str]) -> None:
    """Register what writes the FHIR text of a model's rows (a machine door, at start)."""
    _representations[model] = represent


def represented(rows: Sequence[RowType]) -> Sequence[RowType]:
    """The same rows with their FHIR text set: for writing many at once."""
    for row in rows:
        represent = _representations.get(type(row))
        if represent is not None:
            row.resource = represent(row)  # type: ignore[attr-defined]
    return rows


def completed(row: RowType, **fields: Any) -> RowType:
    """A row with what a deed says of it: a new one, or a draft that a machine door has begun and
    that has its key, its FHIR text and whatever the deed does not ask about."""
    for name, value in fields.items():
        setattr(row, name, value)
    return row


class Row(models.Model):
    """A row with a FHIR id, a tenant and a version; triggers keep version, history and audit.

    The tenant is the database's business: it comes from the context (`acting`) and row-level
    security refuses any other. `save` writes only if nobody else has saved since the row was
    read, and raises StaleVersion otherwise (FHIR R4 http.html#concurrency).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        adding = self._state.adding
        super().save(**kwargs)
        if not adding:
            self.version += 1  # as the trigger has just done

    # Django's hook: the one place where an UPDATE's WHERE is made.
    def _do_update(  # type: ignore[override]  # the stubs describe a later Django
        self,
        base_qs: Any,
        using: str | None,
        pk_val: Any,
        values: list[Any],
        update_fields: Iterable[str] | None,
        forced_update: bool,
    ) -> bool:
        written = [value for value in values if value[0].attname not in STAMPED]
        if not written:
            written = [(self._meta.get_field("version"), None, F("version"))]
        if base_qs.filter(pk=pk_val, version=self.version)._update(written) > 0:
            return True
        raise StaleVersion

    def require_version(self, version: int | None) -> None:
        """Refuse to go on when the caller has seen another version than the stored one."""
        if version is not None and version != self.version:
            raise StaleVersion


class ResourceRow(Row):
    """A row that speaks FHIR: its lossless resource text stands beside its columns.

    `resource` is the JSON of the whole resource without `resourceType`, `id` and the version
    and instant in `meta`, which are spliced in at read. `save` renews it.
    """

    resource = models.TextField(null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        represent = _representations.get(type(self))
        if represent is not None:
            self.resource = represent(self)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "resource"}
        super().save(**kwargs)
