"""Two at one moment: one primary, one question, one family."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.db import connection

from osler.clinic.insurance.asking import ask_eligibility
from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.errors import CoverageOverlaps
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.patients.errors import AlreadyFamily
from osler.clinic.patients.families import join_family
from osler.clinic.patients.models import FamilyMember
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from tests.conftest import new_actor, new_patient

JUNE = date(2026, 6, 30)


def both(clerk: Actor, deed: Callable[[str], object], *given: str) -> list[str]:
    """Each in a connection of its own, let go at one moment: what became of each."""
    together = threading.Barrier(len(given))

    def one(words: str) -> str:
        together.wait(30)
        try:
            with acting(clerk):
                deed(words)
        except (CoverageOverlaps, AlreadyFamily) as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(given)) as pool:
        return sorted(pool.map(one, given))


def test_two_clerks_add_one_primary(live_tenant):
    patient = new_patient(live_tenant.organization)
    clerk = new_actor(live_tenant.organization, Role.RECEPTION, "Bob Diaz")
    with acting(clerk):
        payer = add_payer(Payer(name="Harbor"), actor=clerk)

    def add(number):
        row = Coverage(patient=patient, payer=payer, period=days(JUNE))
        add_coverage(row, member_id=number, actor=clerk)

    assert both(clerk, add, "A1", "B2") == ["coverage-overlaps", "done"]
    with acting(clerk):
        assert (Coverage.objects.count(), EligibilityCheck.objects.count()) == (1, 1)


def test_two_clerks_ask_one_question(live_tenant):
    patient = new_patient(live_tenant.organization)
    clerk = new_actor(live_tenant.organization, Role.RECEPTION, "Bob Diaz")
    with acting(clerk):
        payer = add_payer(Payer(name="Harbor"), actor=clerk)
        card = Coverage(patient=patient, payer=payer, period=days(JUNE))
        add_coverage(card, member_id="A1", actor=clerk)
        EligibilityCheck.objects.update(status="superseded")

    def ask(_words):
        ask_eligibility(Coverage.objects.get(), actor=clerk)

    assert both(clerk, ask, "one", "other") == ["done", "done"]
    with acting(clerk):
        assert EligibilityCheck.objects.filter(status="queued").count() == 1


def test_two_clerks_make_one_family(live_tenant):
    mother = new_patient(live_tenant.organization, given="Rosa")
    children = {name: new_patient(live_tenant.organization, given=name) for name in ("Lia", "Leo")}
    clerk = new_actor(live_tenant.organization, Role.RECEPTION, "Bob Diaz")

    def join(name):
        join_family(children[name], relative=mother, part="child", relative_part="parent", actor=clerk)

    assert both(clerk, join, "Lia", "Leo") == ["done", "done"]
    assert both(clerk, join, "Lia", "Lia") == ["already-family", "already-family"]
    with acting(clerk):
        assert FamilyMember.objects.count() == 3
        assert FamilyMember.objects.values("family").distinct().count() == 1
