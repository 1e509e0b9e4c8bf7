"""A merge beside others who write, each on a connection of its own: nothing is lost or left behind."""

import threading
import time

import pytest

from osler.clinic.communication.models import Thread
from osler.clinic.patients.errors import ChartsBusy, MergeOpen, StepKnown
from osler.clinic.patients.flags import raise_flag
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import Flag, MovedRow, Patient, PatientLink
from osler.clinic.patients.since_merge import since_merge
from osler.clinic.records.models import Encounter, Observation, ServiceRequest
from osler.foundation.access.actors import load_actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.kernel.errors import Refusal, StaleVersion
from tests.conftest import new_actor, new_patient, new_portal_actor
from tests.simulation.clients import at_once


@pytest.fixture
def house(live_tenant):
    """Who works there, and two charts of one person."""

    class House:
        organization = live_tenant.organization
        bob = new_actor(organization, Role.RECEPTION, "Bob Diaz")
        adam = new_actor(organization, Role.ADMINISTRATOR, "Adam Gray")
        alice = new_actor(organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)
        survivor, duplicate = new_patient(organization), new_patient(organization)

        def propose(self, duplicate=None, into=None):
            with acting(self.bob):
                return propose_merge(
                    duplicate or self.duplicate,
                    into=into or self.survivor,
                    taken=(),
                    reason="Same",
                    actor=self.bob,
                )

        def merge(self, link):
            with acting(self.adam):
                return merge_patients(PatientLink.objects.get(id=link.id), version=None, actor=self.adam)

        def part(self, link):
            with acting(self.adam):
                found = PatientLink.objects.get(id=link.id)
                return unmerge_patients(found, reason="No", version=None, actor=self.adam)

    return House()


def persistently(deed, link):
    """As somebody does it who is told that others are writing, again and again."""
    for _try in range(20):
        try:
            return deed(link)
        except ChartsBusy:
            continue
    raise ChartsBusy


def order(house, words="HbA1c"):
    """An order as a page writes it that was opened before anything was merged."""
    with acting(house.alice):
        row = ServiceRequest(patient=house.duplicate, display=words)
        row.save(force_insert=True)
        return row


def in_thread(work):
    done = []
    thread = threading.Thread(target=lambda: done.append(at_once([work])[0]))
    thread.start()
    return thread, done


def test_an_order_written_while_the_charts_are_merged_lands_with_the_survivor(house):
    link = house.propose()
    with acting(house.adam):
        merge_patients(link, version=None, actor=house.adam)
        thread, done = in_thread(lambda: order(house))
        time.sleep(0.3)
        assert not done  # it waits for the merge
    thread.join()

    [outcome] = done
    assert outcome.error is None
    with acting(house.adam):
        row = ServiceRequest.objects.get(id=outcome.value.id)
        assert row.patient_id == house.survivor.id
        assert (
            f'"Patient/{house.survivor.id}"' in row.resource and str(house.duplicate.id) not in row.resource
        )
        [moved] = MovedRow.objects.filter(kind="arrived")
        assert (moved.row_id, moved.from_patient_id) == (row.id, house.duplicate.id)
        [bundle] = since_merge(link, actor=house.adam)
        assert bundle.usual == "duplicate"


def test_an_order_that_is_saved_again_stays_with_the_survivor(house):
    link = house.propose()
    house.merge(link)

    with acting(house.alice):
        row = ServiceRequest(patient=house.duplicate, display="Once")
        row.save(force_insert=True)
        row.note = "Twice"
        row.save()

        row.refresh_from_db()
        assert (row.patient_id, row.note) == (house.survivor.id, "Twice")
        assert f'"Patient/{house.survivor.id}"' in row.resource


def test_what_a_patient_sends_from_an_old_page_lands_with_the_survivor(house):
    dana = new_portal_actor(house.duplicate, "Dana Rivera")
    house.merge(house.propose())

    with acting(dana):
        thread = Thread(patient=house.duplicate, subject="From before")
        thread.save(force_insert=True)

    with acting(house.adam):
        assert Thread.objects.get().patient_id == house.survivor.id
    found = load_actor(dana.user_id, realm="portal")
    assert found is not None and found[0].patient_id == house.survivor.id


def test_a_merge_waits_for_what_is_being_written(house):
    link = house.propose()
    with acting(house.alice):
        row = ServiceRequest(patient=house.duplicate, display="HbA1c")
        row.save(force_insert=True)
        thread, done = in_thread(lambda: house.merge(link))
        time.sleep(0.3)
        assert not done
    thread.join()

    assert done[0].error is None
    with acting(house.adam):
        assert ServiceRequest.objects.get(id=row.id).patient_id == house.survivor.id
        assert MovedRow.objects.get(row_id=row.id).kind == "moved"


def test_a_merge_gives_way_to_who_holds_a_row_and_writes_another(house):
    """Else each would wait for the other until the database ends one of them."""
    held = order(house)
    link = house.propose()
    with acting(house.alice):
        held.note = "Held"
        held.save()
        thread, done = in_thread(lambda: house.merge(link))
        time.sleep(0.4)
        raise_flag(house.duplicate, text="Written while the merge waits", actor=house.alice)
    thread.join()

    assert done[0].error is None
    with acting(house.adam):
        assert not ServiceRequest.objects.filter(patient=house.duplicate).exists()
        assert Flag.objects.get().patient_id == house.survivor.id
        assert ServiceRequest.objects.get().note == "Held"


def test_what_is_written_while_the_charts_are_parted_goes_with_its_visit(house):
    with acting(house.alice):
        visit = Encounter(patient=house.duplicate, display="Visit")
        visit.save()
    link = house.merge(house.propose())
    with acting(house.alice):
        row = Observation(patient=house.survivor, encounter=visit, display="Pulse")
        row.save()
        thread, done = in_thread(lambda: persistently(house.part, link))
        time.sleep(0.3)
        assert not done
    thread.join()

    assert done[0].error is None
    with acting(house.adam):
        assert (
            Encounter.objects.get().patient_id == Observation.objects.get().patient_id == house.duplicate.id
        )


def test_of_two_who_decide_at_once_one_is_told(house):
    link = house.propose()

    outcomes = at_once([lambda: house.merge(link)] * 4)

    errors = [type(outcome.error) for outcome in outcomes if outcome.error]
    assert len(errors) == 3 and set(errors) <= {StepKnown, StaleVersion}


def test_two_charts_are_not_merged_into_each_other(house):
    there, back = house.propose(), house.propose(house.survivor, house.duplicate)

    outcomes = at_once([lambda: house.merge(there), lambda: house.merge(back)])

    assert sorted(type(outcome.error).__name__ for outcome in outcomes) in (
        ["ChartMerged", "NoneType"],
        ["MergedFurther", "NoneType"],
    )
    with acting(house.adam):
        assert Patient.objects.filter(replaced_by=None).count() == 1


def test_a_chart_is_proposed_once_at_a_time(house):
    other = new_patient(house.organization)

    outcomes = at_once([lambda: house.propose(), lambda: house.propose(into=other)] * 2)

    assert [type(one.error) for one in outcomes if one.error] == [MergeOpen] * 3


def test_many_write_while_charts_are_merged_and_parted(house):
    """Each row that was acknowledged is there, once, in a chart that is open."""
    kept, failed, stop = [], [], threading.Event()

    def write(number):
        def work():
            for count in range(400):
                if stop.is_set():
                    break
                try:
                    kept.append((f"{number}-{count}", order(house, f"{number}-{count}").id))
                except Refusal as refusal:
                    failed.append(refusal)

        return work

    def merge_and_part():
        try:
            for _round in range(4):
                link = persistently(house.merge, house.propose())
                time.sleep(0.02)
                persistently(house.part, link)
        finally:
            stop.set()

    outcomes = at_once([write(1), write(2), write(3), merge_and_part])

    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert failed == []
    with acting(house.adam):
        assert {row.id: row.display for row in ServiceRequest.objects.all()} == {
            key: words for words, key in kept
        }
        open_charts = set(Patient.objects.filter(replaced_by=None).values_list("id", flat=True))
        assert set(ServiceRequest.objects.values_list("patient_id", flat=True)) <= open_charts
        for row in ServiceRequest.objects.all():
            assert f'"Patient/{row.patient_id}"' in row.resource
