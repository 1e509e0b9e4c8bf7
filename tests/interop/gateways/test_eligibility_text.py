"""What insurers send is from outside: whatever is in it, it is read whole or refused."""

import json
import random
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from osler.clinic.insurance.answering import Answer, Person, Question
from osler.interop.gateways.eligibility_text import NotAnAnswer, question_text, read_answer
from tests.environment import CASES, SEED

TRACE = UUID("01900000-0000-7000-8000-000000000001")
GOOD = {"format": "osler-eligibility-answer/1", "trace": str(TRACE), "result": "active"}


def text(**changes):
    return json.dumps({**GOOD, **changes}).encode()


def test_an_answer_is_read_whole():
    said = text(memberId="M1", **{"from": "2026-01-01"}, copay="25", coinsurance="20.5", plan=" Choice  A ")
    assert read_answer(said) == Answer(
        TRACE,
        "active",
        member_id="M1",
        covered_from=date(2026, 1, 1),
        plan_words="Choice A",
        copay_amount=Decimal("25.00"),
        coinsurance_percent=Decimal("20.50"),
    )


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (text().decode().encode("utf-16"), "is not JSON"),
        (b"[" * 60_000, "is not JSON"),
        (b"[]", "is of another format"),
        (b'"x"', "is of another format"),
        (text(format="x"), "is of another format"),
        (text(pad="x" * 70_000), "is too long"),
        (text(result="perhaps"), "result"),
        (text(result=["active"]), "result"),
        (text(trace="1"), "trace"),
        (text(trace=None), "trace"),
        (text(memberId=7), "memberId"),
        (text(memberId="M" * 201), "memberId"),
        (text(plan="a\x00b"), "plan"),
        (text(primaryCare="a\nb"), "primaryCare"),
        (text(until="2026-02-30"), "until"),
        (text(copay="-1"), "copay"),
        (text(copay="NaN"), "copay"),
        (text(copay="1e400"), "copay"),
        (text(copay=25), "copay"),
        (text(deductibleLeft="99999999999"), "deductibleLeft"),
        (text(coinsurance="100.01"), "coinsurance"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(message, place):
    with pytest.raises(NotAnAnswer, match=f"^{place}$"):
        read_answer(message)


def test_spoilt_answers_are_read_or_refused_and_nothing_else():
    seed = SEED or random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    whole = text(memberId="M1", copay="25.00", until="2026-12-31")
    for _case in range(CASES or 2000):
        spoilt = bytearray(whole)
        for _slip in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            assert isinstance(read_answer(bytes(spoilt)), Answer)
        except NotAnAnswer:
            continue


def test_a_question_says_who_is_asked_about():
    child = Person("Lia", "Rivera", date(2019, 5, 1), "female", "", "", "", "")
    parent = Person("Dana", "Rivera", date(1980, 3, 14), "female", "1 Elm", "Troy", "NY", "12180")
    question = Question(TRACE, "60001", "Harbor", "M1", "G", parent, child, "child", date(2026, 5, 1))
    said = json.loads(question_text(question))

    assert (said["trace"], said["subscriber"]["birthDate"], said["dependent"]["given"]) == (
        str(TRACE),
        "1980-03-14",
        "Lia",
    )
    assert (said["payer"], said["serviceDate"]) == ({"number": "60001", "name": "Harbor"}, "2026-05-01")
