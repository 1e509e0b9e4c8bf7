"""Questions go out once a pause, answers come home once; whatever insurers and crashes do between."""

import json
from datetime import date

import pytest

from osler.clinic.insurance.answering import Fate
from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways import clearinghouse
from osler.interop.gateways.clearinghouse import ask_insurers, clearinghouse_of, is_work_waiting
from osler.interop.gateways.loopback_insurers import LoopbackInsurers
from osler.kernel import clock
from tests.conftest import new_organization, new_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.CLEARINGHOUSE, settings.CLEARINGHOUSE_FOLDER = "loopback", tmp_path
    return tmp_path


@pytest.fixture
def asked(act, bob, organization, folder):
    """A card of a member, about which the insurer is to be asked."""

    def ask(member_id):
        patient = new_patient(organization)
        with act(bob):
            payer = Payer.objects.first() or Payer(name="Harbor Health")
            payer.save()
            coverage = Coverage(patient=patient, payer=payer, period=days(date(2026, 1, 1)))
            return add_coverage(coverage, member_id=member_id, actor=bob)

    return ask


def run(organization):
    return ask_insurers(organization.id)


def states(organization):
    with acting(SystemActor(organization.id)):
        rows = EligibilityCheck.objects.order_by("id")
        return list(rows.values_list("status", "outcome", "attempts", "last_error"))


def due_again(organization):
    """The pause is over."""
    with acting(SystemActor(organization.id)):
        EligibilityCheck.objects.update(next_try_at=clock.now())


@pytest.mark.parametrize(
    ("member_id", "outcome"),
    [
        ("M1", "active"),
        ("INACTIVE-1", "inactive"),
        ("UNKNOWN-1", "unknown-member"),
        ("BIRTH-1", "other-birth-date"),
        ("M100097", "inactive"),
        ("m100098", "unknown-member"),
        ("TWICE-1", "active"),
    ],
)
def test_an_insurer_answers_at_once(asked, organization, member_id, outcome):
    asked(member_id)
    result = run(organization)

    assert (result.sent, result.unreadable) == (1, 0)
    assert states(organization) == [("answered", outcome, 1, "")]
    assert not is_waiting(organization)


def is_waiting(organization):
    with acting(SystemActor(organization.id)):
        return is_work_waiting(organization.id)


def test_what_comes_twice_is_noted_once(asked, organization):
    asked("TWICE-1")
    assert run(organization).fates == {Fate.NOTED: 1, Fate.AGAIN: 1}


def test_an_answer_has_its_particulars(asked, organization):
    asked("M1")
    run(organization)
    with acting(SystemActor(organization.id)):
        check = EligibilityCheck.objects.get()
        said = json.loads(check.answer)
    assert (str(check.copay_amount), str(check.deductible_left_amount), check.primary_care) == (
        "25.00",
        "410.00",
        "Any of the network",
    )
    assert (said["trace"], said["memberId"]) == (str(check.id), "M1")


@pytest.mark.parametrize("member_id", ["SILENT-1", "SLOW-1", "LATE-1", "GARBAGE-1"])
def test_without_an_answer_it_waits_and_is_asked_again(asked, organization, member_id):
    asked(member_id)
    assert run(organization).sent == 1
    assert run(organization).sent == 0
    due_again(organization)
    assert run(organization).sent == 1
    assert states(organization) == [("sent", "", 2, "")]


def test_a_slow_answer_is_taken_when_it_is_there(asked, organization, folder):
    asked("SLOW-1")
    run(organization)
    (path,) = (folder / str(organization.id)).glob("*.json")
    path.rename(path.with_name("0-" + path.name.partition("-")[2]))

    assert is_waiting(organization)
    assert run(organization).fates == {Fate.NOTED: 1}
    assert states(organization) == [("answered", "active", 1, "")]


def test_garbage_is_counted_and_let_go_of(asked, organization, folder):
    asked("GARBAGE-1")
    assert run(organization).unreadable == 1
    assert list((folder / str(organization.id)).iterdir()) == []


def test_who_cannot_be_reached_is_tried_again_and_holds_up_nobody(asked, organization):
    asked("OFFLINE-1")
    asked("M1")
    result = run(organization)

    assert (result.sent, result.unreached) == (1, 1)
    assert states(organization) == [
        ("queued", "", 1, "ConnectionRefusedError"),
        ("answered", "active", 1, ""),
    ]


def test_whoever_is_killed_between_note_and_letting_go_notes_it_once(asked, organization, monkeypatch):
    asked("M1")

    class Killed(BaseException):
        pass

    def die(self, key):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(LoopbackInsurers, "let_go", die)
        with pytest.raises(Killed):
            run(organization)
    assert states(organization) == [("answered", "active", 1, "")]
    assert run(organization).fates == {Fate.AGAIN: 1}
    assert states(organization) == [("answered", "active", 1, "")]


def test_whoever_is_killed_before_sending_asks_again_after_the_pause(asked, organization, monkeypatch):
    asked("M1")

    class Killed(BaseException):
        pass

    def die(self, message):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(LoopbackInsurers, "submit", die)
        with pytest.raises(Killed):
            run(organization)
    assert states(organization) == [("sent", "", 1, "")]
    due_again(organization)
    run(organization)
    assert states(organization) == [("answered", "active", 2, "")]


def test_an_answer_of_another_clinic_is_foreign_here(asked, organization, folder):
    asked("SILENT-1")
    run(organization)
    with acting(SystemActor(organization.id)):
        trace = EligibilityCheck.objects.get().id
    other = new_organization("Elsewhere")
    house = clearinghouse_of(other.id)
    answer = {"format": "osler-eligibility-answer/1", "trace": str(trace), "result": "active"}
    house._keep(json.dumps(answer).encode(), ready=0)

    assert ask_insurers(other.id).fates == {Fate.FOREIGN: 1}
    assert states(organization) == [("sent", "", 1, "")]


def test_without_a_way_out_there_is_nothing_to_do(asked, organization, settings):
    asked("M1")
    settings.CLEARINGHOUSE = ""
    assert run(organization) == clearinghouse.Asking()
    assert not is_waiting(organization)
    assert states(organization) == [("queued", "", 0, "")]
