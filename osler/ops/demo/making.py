"""The whole demo clinic from one seed."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from osler.clinic.patients.models import Patient
from osler.clinic.patients.pairs import sweep_some
from osler.clinic.patients.unidentified import register_unidentified
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Practitioner
from osler.interop.fhir.operators import operator_in
from osler.ops.demo.arriving import make_arrivals
from osler.ops.demo.chance import Chance
from osler.ops.demo.days import BEHIND, make_days
from osler.ops.demo.desk import make_desk
from osler.ops.demo.doubles import make_doubles
from osler.ops.demo.histories import make_histories
from osler.ops.demo.house import House, make_house
from osler.ops.demo.insuring import ask_about_coming_visits
from osler.ops.demo.money import make_money
from osler.ops.demo.people import make_people
from osler.ops.demo.queueing import bring_queue_up, make_queues
from osler.ops.demo.registering import make_registrations
from osler.ops.demo.reminding import make_reminders
from osler.ops.demo.repeating import make_series
from osler.ops.demo.talk import make_talk
from osler.ops.demo.today import make_today
from osler.ops.demo.waiting import make_waiting
from osler.ops.demo.work import make_work
from osler.ops.demo.zone import HOME

PATIENTS = 2_000
Say = Callable[[str], None]


@transaction.atomic
def make_clinic(
    *, seed: int, count: int, today: date, zone: str = HOME, behind: int = BEHIND, say: Say = lambda _: None
) -> House:
    """Make the clinic in one transaction: all of it is there, or nothing."""
    chance = Chance(seed)
    say("sites, staff, prices")
    house = make_house(today, zone=zone)
    with acting(house.actors["reception"], reason="demo"):
        say(f"{count} patients")
        patients = make_people(house, chance, count=count, today=today)
        doctors = _panels(house, patients, chance)
        say("histories")
        make_histories(patients, doctors, chance, today=today)
        say("a year of appointments and visits")
        make_days(house, patients, doctors, chance, today=today, behind=behind)
        say("today")
        make_today(house, patients, chance, today=today)
        register_unidentified(gender=Patient.Gender.MALE, actor=house.actors["reception"])
    say("queues")
    make_queues(house)
    with acting(house.actors["reception"], reason="demo"):
        bring_queue_up(house, patients, Chance(f"{seed} queue"), today=today)
    say("invoices and payments")
    make_money(house, patients, chance, today=today)
    say("orders, results, follow-ups")
    make_work(house, chance, today=today)
    say("messages and requests")
    make_talk(house, patients, chance, today=today)
    say("two who were registered twice")
    make_doubles(house, patients)
    say("possible duplicates")
    find_pairs(house)
    say("questions to insurers")
    with acting(operator_in(house.organization.id), reason="demo"):
        ask_about_coming_visits()
    say("reminders of visits")
    make_reminders(house)
    say("a series, a visit with a blood test before it")
    make_series(house, patients)
    say("the waiting list")
    make_waiting(house, patients)
    say("the desk's page")
    make_desk(house)
    say("online registrations")
    make_registrations(house, patients)
    say("files of other practices")
    make_arrivals(house, patients)
    return house


def find_pairs(house: House) -> None:
    """Look at everybody, as the worker does each minute."""
    operator = operator_in(house.organization.id)
    with acting(operator, reason="demo"):
        while sweep_some(actor=operator):
            pass


def _panels(house: House, patients: list[Patient], chance: Chance) -> dict[object, Practitioner]:
    """Each patient has a doctor; the demo patient has the demo's."""
    clinicians = [doctor for doctor, _ in house.clinicians]
    doctors: dict[object, Practitioner] = {patient.id: chance.choice(clinicians) for patient in patients}
    doctors[patients[0].id] = clinicians[0]
    return doctors
