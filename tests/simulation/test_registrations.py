"""Many clerks register at once: nobody is refused, and nobody gets another's number (A46).

`OSLER_FULL=1 python3 tools/dev.py test tests/simulation -n 0 --log-cli-level=INFO` makes it a thousand.
"""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from osler.clinic.patients.errors import IdentifierTaken
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier
from osler.clinic.patients.number_types import add_identifier_type
from osler.clinic.patients.registration import register_patient
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.kernel.retries import until_done
from tests.conftest import new_actor
from tests.environment import FULL
from tests.simulation.clients import race
from tests.simulation.installation import Embedded
from tests.simulation.writers import Desk, Registrations, Write

log = logging.getLogger(__name__)
CLERKS = 8
EACH = 125 if FULL else 5
FIRST = 20_000_000  # beyond all numbers of other tests
TRIES, AT_ONCE = 100, 50


@pytest.mark.slow
def test_eight_clerks_at_the_registration_page_are_never_refused(clinic: Embedded, desk: Desk) -> None:
    desks = [Registrations(clinic, desk) for _ in range(CLERKS)]

    def clerk(number: int) -> Counter[int]:
        mine = range(FIRST + number * EACH, FIRST + (number + 1) * EACH)
        return Counter(desks[number].write(Write(one, f"clerk {one}")).status for one in mine)

    with ThreadPoolExecutor(CLERKS) as clerks:
        answers = sum(clerks.map(clerk, range(CLERKS)), Counter())
    log.info("%s clerks, %s registrations at the page: %s", CLERKS, CLERKS * EACH, dict(answers))
    assert answers == {302: CLERKS * EACH}
    found = "SELECT count(*), count(DISTINCT mrn) FROM patients_patient WHERE email LIKE 'n2_______@%'"
    assert clinic.ask(found) == [(CLERKS * EACH, CLERKS * EACH)]


@pytest.mark.parametrize("has_type", [False, True], ids=["any system", "a unique type"])
def test_of_a_hundred_registrations_with_one_number_one_is_made(live_clinic, has_type: bool) -> None:
    if has_type:
        adam = new_actor(live_clinic.organization, Role.ADMINISTRATOR, "Adam Gray")
        with acting(adam):
            kind = IdentifierType(name="Card", system="urn:card", shape="##-#", check_digit="luhn")
            add_identifier_type(kind, actor=adam)
    bob = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")

    def registration(number: int) -> object:
        def work() -> object:
            with acting(bob):
                person = Patient(given="Dana", family=f"Rivera {number}")
                card = Identifier("urn:card", "77-8", "MR")
                return register_patient(person, identifiers=[card], actor=bob).id

        return lambda: until_done(work)

    works = [[registration(turn) for turn in range(TRIES // AT_ONCE)] for _ in range(AT_ONCE)]
    outcomes = [one for outcomes in race(works) for one in outcomes]

    made = [one.value for one in outcomes if one.error is None]
    errors = Counter(type(one.error) for one in outcomes if one.error is not None)
    log.info("%s registrations with one number: %s made, %s", TRIES, len(made), dict(errors))
    assert (len(made), errors) == (1, {IdentifierTaken: TRIES - 1})
    with acting(bob):
        assert [one.patient_id for one in PatientIdentifier.objects.all()] == made
        assert list(Patient.objects.values_list("id", flat=True)) == made


def test_numbers_that_are_allotted_run_without_gaps_or_doubles(live_clinic) -> None:
    """Every third registration fails after its number was taken: the next one gets it."""
    adam = new_actor(live_clinic.organization, Role.ADMINISTRATOR, "Adam Gray")
    with acting(adam):
        kind = IdentifierType(name="Record", system="urn:record", shape="R-####", is_allotted=True)
        add_identifier_type(kind, actor=adam)
    bob = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")

    def registration(number: int) -> object:
        def work() -> object:
            cards = [Identifier("urn:twice", "1")] * 2 if number % 3 == 0 else []
            with acting(bob):
                person = Patient(given="Dana", family=f"Rivera {number}")
                return register_patient(person, identifiers=cards, actor=bob).id

        return lambda: until_done(work)

    works = [[registration(client * 4 + turn) for turn in range(4)] for client in range(12)]
    outcomes = [one for outcomes in race(works) for one in outcomes]

    errors = Counter(type(one.error) for one in outcomes if one.error is not None)
    assert errors == {IdentifierTaken: 16}
    with acting(bob):
        numbers = PatientIdentifier.objects.order_by("value").values_list("value", flat=True)
        assert list(numbers) == [f"R-{number:04}" for number in range(1, 33)]
