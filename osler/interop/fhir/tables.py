"""The shape of a resource table: one class a type says what is mapped, searched and allowed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import models

from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.audit.rows import ResourceRow
from osler.interop.fhir.elements import Element, Json, Link, bound
from osler.interop.fhir.parameters import Parameter

Columns = dict[str, Any]
Deed = Callable[[Any], None]
"""Takes a Wish."""


class Part(Protocol):
    """Rows of a further table that hold something repeating: identifiers, components."""

    model: type[models.Model]

    def rows(self, resource: Json, row_id: UUID, patient_id: UUID | None) -> list[Columns]:
        """The rows that a resource makes."""

    def write(self, resource: Json, row: models.Model) -> None:
        """Make the resource say what a row's own rows say, if it does not yet."""


class Resource:
    """A type of resource that a model holds. Subclasses are tables; each registers itself."""

    model: ClassVar[type[ResourceRow]]
    type: ClassVar[str]
    patient: ClassVar[str] = "patient_id"
    """The column that puts a row into a patient's compartment; empty for none (A5)."""
    elements: ClassVar[Sequence[Element]] = ()
    parts: ClassVar[Sequence[Part]] = ()
    search: ClassVar[Sequence[Parameter]] = ()
    required: ClassVar[tuple[str, ...]] = ("patient_id",)
    """Columns without which the resource cannot stand in this table."""
    writes: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Which rights of the clinic's policy, one of them, a `create` or `update` through this door needs."""
    create: ClassVar[Deed | None] = None
    """The clinic's deed behind POST: it stores the draft and does what follows; None if nothing does."""
    update: ClassVar[Deed | None] = None
    """The clinic's deeds behind PUT."""
    weigh: ClassVar[Deed | None] = None
    """What may stand against a row that is stored without a deed; None: that its visit is over."""
    places: ClassVar[Mapping[str, str]] = {}
    """The elements that the fields of the deeds' refusals are."""
    right: ClassVar[str] = "read"
    """The right of the clinic's policy that a read through this door needs."""
    is_live: ClassVar[bool] = False
    """Whether the text is made from the row whenever it is asked for, and stored nowhere: it holds what
    is sealed, or frozen. What arrives from elsewhere is then kept whole, and nothing changes a row."""
    brings: ClassVar[bool] = True
    """Whether an administrator may bring such resources through the door as they were elsewhere."""
    profiles: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[bool] = True
    """Whether resources from elsewhere become rows; what only the clinic's deeds may make is kept whole."""

    def __init_subclass__(cls) -> None:
        cls.elements = bound(cls.elements, cls.model)
        TABLES[cls.type] = cls
        BY_MODEL[cls.model] = cls

    @classmethod
    def columns_of(cls, resource: Json) -> Columns:
        """What the columns say when the resource says this."""
        columns: Columns = {}
        for element in filter(lambda one: one.columns, cls.elements):  # some are told alone
            columns.update(zip(element.columns, element.read(resource), strict=True))
        return columns

    @classmethod
    def holds(cls, columns: Columns) -> bool:
        """Whether the model's table can hold a resource with these columns."""
        return cls.takes and all(columns.get(name) is not None for name in cls.required)

    @classmethod
    def permits(cls, actor: Actor, interaction: str) -> bool:
        """Whether the actor has a right of the clinic's own to create or update."""
        return any(may(actor, right, cls.model) for right in cls.writes.get(interaction, (interaction,)))

    @classmethod
    def can(cls, interaction: str) -> bool:
        """Whether create or update is possible here at all."""
        is_brought = interaction == "create" and cls.brings
        return cls.takes or is_brought or getattr(cls, interaction) is not None

    @classmethod
    def links(cls) -> list[Link]:
        """The references that are foreign keys."""
        return [element for element in cls.elements if isinstance(element, Link)]

    @classmethod
    def closes_strays(cls) -> bool:
        """Whether what is kept whole of this type is closed, too, to who may not read the rows: not where
        rows and strays never become each other, each under its own rights."""
        return not cls.is_live

    @classmethod
    def rows(cls) -> models.QuerySet[Any]:
        """The rows, with what a text needs beside them."""
        return cls.model._default_manager.all()

    @classmethod
    def prepare(cls, row: Any) -> None:
        """Complete a row of ours before it is first written (an MRN, say)."""


TABLES: dict[str, type[Resource]] = {}
BY_MODEL: dict[type[models.Model], type[Resource]] = {}
