"""The compiled policy says the same as `scoped`, for every table, role and row (A3)."""

import pytest
from django.db import connection

from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import declared_rights, scoped
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.tables import TABLES
from osler.kernel.errors import Denied
from osler.kernel.keys import uuid7
from tests.interop.fhir.conftest import bring

MODELS = [*(table.model for table in TABLES.values()), StoredResource]


def actor_as(role: Role, organization_id, patient_id) -> Actor:
    patient = patient_id if role in (Role.PATIENT, Role.PROXY) else None
    return Actor(
        user_id=uuid7(),
        name="x",
        organization_id=organization_id,
        roles=frozenset({role}),
        patient_id=patient,
    )


@pytest.mark.parametrize("role", list(Role))
def test_compiled_conditions_find_the_rows_of_scoped(role, chart, organization):
    bring(
        organization,
        {"resourceType": "Medication", "id": "m", "code": {"text": "x"}},
        {
            "resourceType": "Coverage",
            "id": "c",
            "status": "active",
            "beneficiary": {"reference": "Patient/Patient-1"},
            "payor": [{"display": "x"}],
        },
    )
    actor = actor_as(role, organization.id, chart["Patient"])
    # Inside the tenant alone, so that row-level security hides nothing that the policy should hide.
    for model in MODELS:
        with acting(SystemActor(organization.id)):
            try:
                wanted = set(scoped(model, actor).values_list("id", flat=True))
            except Denied:
                assert not may_at_all(actor, model)
                with pytest.raises(Denied):
                    access_condition(actor, model)
                continue
            condition = access_condition(actor, model)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT t.id FROM {model._meta.db_table} t WHERE {condition.sql}", condition.values
                )
                assert {row[0] for row in cursor.fetchall()} == wanted, model


def test_every_mapped_model_has_a_table_of_rights():
    assert [model for model in MODELS if "read" not in declared_rights().get(model, {})] == []


def test_the_rights_that_writes_need_exist():
    for name, table in TABLES.items():
        for action in {action for actions in table.writes.values() for action in actions}:
            known = declared_rights()[table.model]
            assert action in known or name in ("Procedure", "Immunization"), (name, action)
