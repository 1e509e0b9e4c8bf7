"""Twenty strangers want one time: one holds it, the others are told so, and nothing else is written."""

from django.db import connection

from osler.clinic.intake.visiting import Visitor, hold_time
from osler.clinic.scheduling.errors import ScheduleBusy, SlotTaken
from osler.clinic.scheduling.models import Reservation, SlotHold
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService
from osler.kernel.retries import until_done
from tests.environment import FULL
from tests.simulation.clients import BusyClinic, race

ROUNDS, VISITORS = (40 if FULL else 4), 20


def test_one_of_twenty_visitors_gets_the_time(live_clinic):
    clinic = BusyClinic().open(practitioners=1, patients=0)
    with acting(clinic.actor):
        service = HealthcareService(name="Office", self_booking="anybody", duration_minutes=20)
        service.save()
    slots = clinic.slots(ROUNDS)

    def wanting(slot):
        def work():
            with acting(Visitor(clinic.actor.organization_id)):
                return hold_time(slot, service=service, language="en")[0].id

        return lambda: until_done(work)

    rounds = race([[wanting(slot) for slot in slots] for _visitor in range(VISITORS)])

    for outcomes in rounds:
        assert sum(one.error is None for one in outcomes) == 1
        errors = [one.error for one in outcomes if one.error is not None]
        assert all(isinstance(one, SlotTaken | ScheduleBusy) for one in errors), errors
    with acting(clinic.actor):
        assert (SlotHold.objects.count(), Reservation.objects.count()) == (ROUNDS, ROUNDS)
    connection.close()
