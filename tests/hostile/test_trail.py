"""Every page with patient data leaves its access event, no other page leaves one (A25).

Each route is asked once, by somebody who reaches it; with OSLER_FULL=1 by all who do.
"""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from tests.hostile.clinic import Clinic
from tests.hostile.pages import NO_ONE
from tests.hostile.sampling import one_of_each

READS = ("R", "E")


def looked(clinic: Clinic, client: Client, address: str) -> tuple[HttpResponse, list[tuple[str, UUID, UUID]]]:
    """The answer, and the reads that it left: action, actor, patient."""
    with transaction.atomic():
        answer = client.get(address)
        with acting(SystemActor(clinic.house.organization.id)):
            events = AuditEvent.objects.filter(request_id=answer["X-Request-Id"], action__in=READS)
            left = list(events.values_list("action", "actor_id", "patient_id"))
        transaction.set_rollback(True)
    return answer, left


def test_each_page_leaves_what_its_rule_declares(clinic: Clinic) -> None:
    wrong, routes = [], set()
    found = [
        (route, (role, address))
        for role, reach in clinic.reaches.items()
        for route, addresses in reach.pages.items()
        for address in addresses
    ]
    for role, address in one_of_each(found):
        actor = clinic.house.actors.get(role)
        answer, left = looked(clinic, clinic.doors[role], address)
        place = resolve(address.partition("?")[0])
        is_due = bool(place.func.rule.reads) and answer.status_code == 200  # type: ignore[attr-defined]
        if is_due:
            routes.add(place.route)
        if is_due != bool(left) or (actor and {by for _, by, _ in left} - {actor.user_id}):
            wrong.append(f"{role} {address} {answer.status_code}: {left}")

    assert wrong == []
    assert len(routes) > 60, sorted(routes)


def test_a_page_of_one_patient_names_him(clinic: Clinic) -> None:
    found = [
        (route, (role if route.startswith("/portal/") else "doctor", address))
        for role, reach in clinic.reaches.items()
        for route, found in reach.pages.items()
        for address in found
        if route.startswith(("/patients/<uuid:patient_id>/", "/portal/<uuid:patient_id>/"))
    ]
    for role, address in one_of_each(found):
        answer, left = looked(clinic, clinic.doors[role], address)
        if answer.status_code == 200:
            assert address.split("/")[2] in {str(patient) for _, _, patient in left}, address


def test_what_is_refused_leaves_no_read(clinic: Clinic) -> None:
    for role, address in [
        ("billing", f"/patients/{NO_ONE}/chart/summary/"),
        ("lab", "/billing/invoices/"),
        ("doctor", f"/patients/{NO_ONE}/"),
        ("patient", f"/portal/{NO_ONE}/results/"),
        ("patient", f"/portal/{clinic.own_id}/results/{NO_ONE}/"),
    ]:
        answer, left = looked(clinic, clinic.doors[role], address)
        assert answer.status_code in (403, 404)
        assert left == []
