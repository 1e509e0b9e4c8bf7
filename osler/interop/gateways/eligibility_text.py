"""Questions to insurers and their answers as text, in a neutral form of our own: JSON, one message each.

X12 270 and 271 take its place beside claims; gateways and clinic will not notice. What comes back is
from outside: everything in it is checked before it is believed.
"""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from osler.clinic.insurance.answering import Answer, Person, Question

ASKS, ANSWERS = "osler-eligibility-question/1", "osler-eligibility-answer/1"
MOST_BYTES = 64_000
MOST_AMOUNT = Decimal("9999999.99")
LONGEST = 200
OUTCOMES = frozenset({"active", "inactive", "unknown-member", "other-birth-date"})


class NotAnAnswer(ValueError):
    """What came back cannot be read; the message says where, and nothing of what it says."""


def question_text(question: Question) -> bytes:
    """A question as it leaves the house."""
    said = {
        "format": ASKS,
        "trace": str(question.trace),
        "payer": {"number": question.payer_number, "name": question.payer_name},
        "memberId": question.member_id,
        "group": question.group_number,
        "subscriber": _person(question.subscriber),
        "dependent": _person(question.dependent) if question.dependent else None,
        "relationship": question.relationship,
        "serviceDate": question.service_on.isoformat(),
    }
    return json.dumps(said, ensure_ascii=False).encode()


def read_answer(message: bytes) -> Answer:
    """An answer, or NotAnAnswer."""
    if len(message) > MOST_BYTES:
        raise NotAnAnswer("is too long")
    try:
        said = json.loads(message.decode())
    except (ValueError, RecursionError) as error:
        raise NotAnAnswer("is not JSON") from error
    if not isinstance(said, dict) or said.get("format") != ANSWERS:
        raise NotAnAnswer("is of another format")
    outcome = said.get("result")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise NotAnAnswer("result")
    return Answer(
        trace=_trace(said),
        outcome=outcome,
        member_id=_words(said, "memberId"),
        covered_from=_day(said, "from"),
        covered_until=_day(said, "until"),
        plan_words=_words(said, "plan"),
        primary_care=_words(said, "primaryCare"),
        copay_amount=_amount(said, "copay", most=MOST_AMOUNT),
        deductible_left_amount=_amount(said, "deductibleLeft", most=MOST_AMOUNT),
        coinsurance_percent=_amount(said, "coinsurance", most=Decimal(100)),
    )


def _person(person: Person) -> dict[str, str]:
    return {
        "given": person.given,
        "family": person.family,
        "birthDate": person.birth_date.isoformat() if person.birth_date else "",
        "gender": person.gender,
        "line": person.line,
        "city": person.city,
        "state": person.state,
        "postalCode": person.postal_code,
    }


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise NotAnAnswer(name)
    return value


def _words(said: dict[str, Any], name: str) -> str:
    return " ".join(_text(said, name).split())


def _trace(said: dict[str, Any]) -> UUID:
    try:
        return UUID(_text(said, "trace"))
    except ValueError as error:
        raise NotAnAnswer("trace") from error


def _day(said: dict[str, Any], name: str) -> date | None:
    text = _text(said, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotAnAnswer(name) from error


def _amount(said: dict[str, Any], name: str, *, most: Decimal) -> Decimal | None:
    text = _text(said, name)
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise NotAnAnswer(name) from error
    if not amount.is_finite() or not 0 <= amount <= most:
        raise NotAnAnswer(name)
    return amount.quantize(Decimal("0.01"))
