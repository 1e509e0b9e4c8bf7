"""What the tables of money share."""

from decimal import Decimal

from osler.interop.fhir.elements import Json

CURRENCY = "USD"


def money(amount: Decimal | None) -> Json | None:
    """An amount as FHIR has it."""
    return None if amount is None else {"value": amount, "currency": CURRENCY}


def service(code: str, words: str) -> Json:
    """A service of the fee schedule as a CodeableConcept; its codes have no system but the clinic's."""
    return {"coding": [{"code": code, "display": words}], "text": words} if code else {"text": words}
