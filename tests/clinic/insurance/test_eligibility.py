"""Asking insurers: each occasion once, one question on its way, each answer once, nothing ever blocked."""

from datetime import timedelta
from decimal import Decimal

import pytest

from osler.clinic.insurance.answering import (
    MOST_ASKED,
    Answer,
    Fate,
    due_checks,
    note_answer,
    note_unreached,
    take_question,
)
from osler.clinic.insurance.asking import ask_eligibility, ask_for_visits
from osler.clinic.insurance.covering import (
    amend_coverage,
    end_coverage,
    enter_coverage_in_error,
)
from osler.clinic.insurance.errors import EligibilityOpen, NotAskable
from osler.clinic.insurance.models import EligibilityCheck
from osler.clinic.insurance.standing import standings
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Denied
from osler.kernel.keys import uuid7

pytestmark = pytest.mark.django_db


def state():
    return list(EligibilityCheck.objects.order_by("id").values_list("cause", "status", "outcome"))


def sent():
    taken = take_question(tried=())
    assert taken is not None
    return taken


def test_a_noted_card_is_asked_about(act, bob, card):
    with act(bob):
        assert state() == [("added", "queued", "")]
        assert EligibilityCheck.objects.get().service_on == clock.today()
        assert OutboxEvent.objects.filter(name="EligibilityAsked").count() == 1


def test_without_a_way_to_insurers_nobody_is_asked(act, bob, dana_patient, insurer, settings, request):
    settings.CLEARINGHOUSE = ""
    card = request.getfixturevalue("card")
    with act(bob):
        with pytest.raises(NotAskable):
            ask_eligibility(card, actor=bob)
        assert ask_for_visits([(card.patient_id, clock.today())]) == 0
        assert state() == []


def test_who_presses_twice_asks_once_and_hurries_it(act, bob, card):
    with act(bob):
        sent()
        assert not due_checks().exists()
        ask_eligibility(card, actor=bob)
        ask_eligibility(card, actor=bob)
        assert state() == [("added", "sent", "")]
        assert due_checks().count() == 1


def test_a_question_about_another_day_takes_the_place_of_the_first(act, bob, card):
    with act(bob):
        first, _question = sent()
        ask_eligibility(card, service_on=clock.today() + timedelta(days=5), actor=bob)
        assert state() == [("added", "superseded", ""), ("asked", "queued", "")]
        assert note_answer(Answer(first.id, "active"), words="x") == Fate.SUPERSEDED
        assert state() == [("added", "superseded", ""), ("asked", "queued", "")]


def test_an_answer_is_noted_once_with_all_its_words(act, bob, card):
    with act(bob):
        check, question = sent()
        assert (question.member_id, question.payer_number, question.dependent) == ("H123", "60001", None)
        answer = Answer(check.id, "active", member_id="h-123", copay_amount=Decimal("25.00"))
        assert note_answer(answer, words="all of it") == Fate.NOTED
        assert note_answer(Answer(check.id, "inactive"), words="other") == Fate.AGAIN
        stored = EligibilityCheck.objects.get()
        assert (stored.outcome, stored.copay_amount, stored.answer) == (
            "active",
            Decimal("25.00"),
            "all of it",
        )
        assert b"all of it" not in bytes(stored.answer_sealed)


@pytest.mark.parametrize("answer", [{"trace": None}, {"member_id": "Z9"}], ids=["another trace", "member"])
def test_a_foreign_answer_changes_nothing(act, bob, card, answer):
    with act(bob):
        check, _question = sent()
        trace = uuid7() if "trace" in answer else check.id
        told = Answer(trace, "active", member_id=answer.get("member_id", ""))
        assert note_answer(told, words="x") == Fate.FOREIGN
        assert state() == [("added", "sent", "")]


def test_no_answer_is_told_after_the_last_try_and_a_late_one_counts(act, bob, card):
    with act(bob):
        pauses = []
        for _attempt in range(MOST_ASKED):
            check, _question = sent()
            pauses.append(check.next_try_at - clock.now())
            EligibilityCheck.objects.update(next_try_at=clock.now())
        assert pauses == sorted(pauses)
        assert take_question(tried=()) is None
        assert state() == [("added", "failed", "")]
        assert standings([card], actor=bob)[card.id].kind == "bad"
        assert note_answer(Answer(check.id, "active"), words="late") == Fate.NOTED
        assert standings([card], actor=bob)[card.id].kind == "good"


def test_what_never_left_the_house_waits_for_its_next_try(act, bob, card):
    with act(bob):
        check, _question = sent()
        note_unreached(check, error="ConnectionRefusedError")
        stored = EligibilityCheck.objects.get()
        assert (stored.status, stored.attempts, stored.last_error) == (
            "queued",
            1,
            "ConnectionRefusedError",
        )
        assert stored.next_try_at > clock.now()


@pytest.mark.parametrize("status", ["answered", "superseded", "failed"])
def test_what_came_to_an_end_on_its_way_stays_as_it_is(act, bob, card, status):
    with act(bob):
        check, _question = sent()
        if status == "answered":
            note_answer(Answer(check.id, "active"), words="271")
        else:
            EligibilityCheck.objects.update(status=status, version=2)
        before = EligibilityCheck.objects.values().get()

        note_unreached(check, error="OSError")

        assert EligibilityCheck.objects.values().get() == before


def test_answers_out_of_order_leave_the_latest_question_to_say_how_it_stands(act, bob, card):
    with act(bob):
        first, _question = sent()
        EligibilityCheck.objects.update(attempts=MOST_ASKED, next_try_at=clock.now())
        take_question(tried=())
        second = ask_eligibility(card, actor=bob)
        assert note_answer(Answer(second.id, "inactive"), words="2") == Fate.NOTED
        assert note_answer(Answer(first.id, "active"), words="1") == Fate.NOTED
        assert standings([card], actor=bob)[card.id].check.outcome == "inactive"


def test_a_corrected_number_is_asked_about_anew_and_other_words_are_not(act, bob, card):
    with act(bob):
        amend_coverage(card, changes={"group_number": "G1"}, version=1, actor=bob)
        assert state() == [("added", "queued", "")]
        amend_coverage(card, changes={"member_id": "H999"}, version=2, actor=bob)
        assert state() == [("added", "superseded", ""), ("added", "queued", "")]


@pytest.mark.parametrize("deed", [enter_coverage_in_error, None])
def test_a_card_that_does_not_count_is_not_asked_about(act, bob, card, deed):
    with act(bob):
        if deed:
            deed(card, version=1, actor=bob)
        else:
            end_coverage(card, last_day=clock.today() - timedelta(days=1), version=1, actor=bob)
        with pytest.raises(NotAskable):
            ask_eligibility(card, actor=bob)
        assert ask_for_visits([(card.patient_id, clock.today())]) == 0


def test_each_visit_is_asked_about_once_however_often_the_night_comes(act, bob, card):
    today = clock.today()
    with act(bob):
        check, _question = sent()
        note_answer(Answer(check.id, "active"), words="x")
        visits = [(card.patient_id, today + timedelta(days=2)), (card.patient_id, today)]
        assert ask_for_visits(visits[1:]) == 0  # today was asked when the card was noted
        assert ask_for_visits(visits) == 1
        assert ask_for_visits(visits) == 0
        assert state() == [("added", "answered", "active"), ("visit", "queued", "")]


def test_who_may_ask(act, card, request):
    for who in ("alice", "lena", "adam", "petra", "dana"):
        actor = request.getfixturevalue(who)
        with act(actor), pytest.raises(Denied):
            ask_eligibility(card, actor=actor)
    nina = request.getfixturevalue("nina")
    with act(nina):
        ask_eligibility(card, actor=nina)
        assert state() == [("added", "queued", "")]


@pytest.mark.parametrize(("who", "count"), [("charlie", 0), ("dana", 0), ("adam", 0), ("alice", 1)])
def test_who_sees_how_a_card_stands(act, card, request, who, count):
    actor = request.getfixturevalue(who)
    with act(actor):
        assert len([one for one in standings([card], actor=actor).values() if one.check]) == count


def test_the_database_itself_keeps_one_question_open_and_each_occasion_once(act, bob, card):
    with act(bob):
        (known,) = EligibilityCheck.objects.all()
        for fields in ({"effect_key": "other"}, {"effect_key": known.effect_key, "status": "superseded"}):
            values = {"cause": "asked", "service_on": clock.today(), **fields}
            with pytest.raises(EligibilityOpen), refusals():
                EligibilityCheck(patient_id=card.patient_id, coverage=card, **values).save()
        assert state() == [("added", "queued", "")]
