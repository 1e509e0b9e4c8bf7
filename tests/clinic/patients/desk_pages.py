"""The desk's page in a test: a draft, a change to it, putting it in force, a field of the clinic's own."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.patients.desk_page import add_own_field, amend_desk_field, begin_draft, publish_desk_page
from osler.clinic.patients.models import DeskField, DeskPage
from osler.kernel.constraints import constraint_of

ADA = {"given": "Ada", "family": "Okafor", "birth_date": date(1945, 7, 14), "gender": "female", "phone": "1"}


@pytest.fixture
def draft(act, adam, organization) -> DeskPage:
    with act(adam):
        return begin_draft(actor=adam)


@pytest.fixture
def change(act, adam, draft):
    """Changes a field of the draft, and lets it apply if wanted."""

    def make(name: str, **changes) -> DeskField:
        with act(adam):
            field = draft.fields.get(name=name)
            return amend_desk_field(field, changes=changes, version=field.version, actor=adam)

    return make


@pytest.fixture
def applied(act, adam, draft):
    def make() -> DeskPage:
        with act(adam):
            return publish_desk_page(draft, version=draft.version, actor=adam)

    return make


def own(draft: DeskPage, actor, *, kind: str = "text", label: str = "Village", **fields) -> DeskField:
    section = draft.sections.get(key="more")
    row = DeskField(page=draft, section=section, label=label, position=900, **fields)
    return add_own_field(row, kind=kind, actor=actor)


def names(layout, when):
    return [one.name for part in layout.shown(when) for one in part.fields]


def refused(statement: str, *parameters: object) -> str:
    errors = (IntegrityError, ProgrammingError)
    with pytest.raises(errors) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return constraint_of(caught.value) or str(caught.value).partition("\n")[0]
