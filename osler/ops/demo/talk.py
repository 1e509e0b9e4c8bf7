"""Accounts in the portal, what patients write, ask for and have not read yet."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password

from osler.clinic.communication.threads import open_thread, send_message
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.clinic.scheduling.appointments.requests import request_appointment
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import instant_of, set_period
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Practitioner
from osler.kernel import clock
from osler.ops.demo.chance import Chance, table
from osler.ops.demo.house import PASSWORD, House

WISHES = {
    "en": ("Mornings", "After four o'clock", "Any day but Tuesday", "As soon as possible"),
    "es": ("Por las mañanas", "Después de las cuatro", "Lo antes posible"),
}
ASKERS = 6
GROWN = 18


def make_talk(house: House, patients: list[Patient], chance: Chance, *, today: date) -> None:
    """The demo patient, a proxy, and others: messages that wait on both sides, and requests."""
    hashed = make_password(PASSWORD)
    parent, children = _family(patients, today)
    elena = _account(house, patients[0], "patient@demo.test", hashed)
    with acting(house.actors["admin"], reason="demo"):
        child = children[0]
        PatientGrant(
            user_id=elena.user_id, patient_id=child.id, patient_name=str(child), relationship="carer"
        ).save()
    proxy = _proxy(house, parent, children, hashed)
    _check_ups(house, children, today)
    _elenas_thread(house, patients[0], elena)
    with acting(proxy, reason="demo"):
        doctor = house.clinicians[0][0]
        body = "The school wants a form about the asthma inhaler. Where can I send it?"
        open_thread(children[0], subject="School form", body=body, owner=doctor, actor=proxy)
        _ask_for_visit(house, children[0], proxy, chance)
    writers = _writers(house, patients[1:], chance, today, hashed)
    _questions(house, writers, chance)
    for _, (patient, actor) in zip(range(ASKERS), reversed(writers), strict=False):
        with acting(actor, reason="demo"):
            _ask_for_visit(house, patient, actor, chance)


def _check_ups(house: House, children: list[Patient], today: date) -> None:
    """Each child of the proxy is booked, in a lunch break, when nobody else is."""
    doctor, site = house.clinicians[2]
    with acting(house.actors["reception"], reason="demo"):
        for number, child in enumerate(children, 6):
            start = instant_of(today + timedelta(days=number), time(12, 10), zone=house.zone)
            appointment = Appointment(
                patient=child,
                practitioner=doctor,
                location=site,
                service=house.services["Office visit"],
                reason="Well child visit",
            )
            set_period(appointment, start, end=start + timedelta(minutes=20), zone=house.zone)
            appointment.save()


def _elenas_thread(house: House, patient: Patient, elena: Actor) -> None:
    with acting(elena, reason="demo"):
        report = DiagnosticReport.objects.filter(patient=patient, released_at__isnull=False).first()
        thread = open_thread(
            patient,
            subject="My last result",
            body="Is this value a reason to worry?",
            owner=house.clinicians[0][0],
            report=report,
            actor=elena,
        )
    doctor = house.actors["doctor"]
    with acting(doctor, reason="demo"):
        send_message(thread, body="It is a little better than in spring. Keep going!", actor=doctor)


def _family(patients: list[Patient], today: date) -> tuple[Patient, list[Patient]]:
    """The first household with two children: who share a name, a phone and an address."""
    homes: dict[tuple[str, str, str], list[Patient]] = {}
    for patient in patients[1:]:
        homes.setdefault((patient.family, patient.phone, patient.line), []).append(patient)
    for members in homes.values():
        children = [one for one in members if not _is_grown(one, today)]
        grown = [one for one in members if _is_grown(one, today)]
        if grown and len(children) > 1 and grown[0].language == "en":
            return grown[0], sorted(children, key=str)
    raise LookupError("no family with two children")


def _is_grown(patient: Patient, today: date) -> bool:
    return patient.birth_date is not None and (today - patient.birth_date).days > GROWN * 366


def _proxy(house: House, parent: Patient, children: list[Patient], hashed: str) -> Actor:
    """Who signs in as proxy@demo.test: a parent who is no patient in the portal."""
    user = User(email="proxy@demo.test", name=str(parent), password=hashed)
    user.save()
    with acting(house.actors["admin"], reason="demo"):
        for child in children:
            PatientGrant(
                user=user, patient_id=child.id, patient_name=str(child), relationship="parent"
            ).save()
    return _actor(user, children[0])


def _account(house: House, patient: Patient, email: str, hashed: str) -> Actor:
    """An account of one's own for a patient, in the patient's language."""
    language = "es" if patient.language == "es" else "en"
    user = User(email=email, name=str(patient), password=hashed, language=language)
    user.save()
    with acting(house.actors["admin"], reason="demo"):
        PatientGrant(user=user, patient_id=patient.id, patient_name=str(patient)).save()
    return _actor(user, patient)


def _actor(user: User, patient: Patient) -> Actor:
    found = load_actor(user.pk, realm="portal", patient_id=patient.id)
    assert found is not None
    return found[0]


def _writers(
    house: House, patients: list[Patient], chance: Chance, today: date, hashed: str
) -> list[tuple[Patient, Actor]]:
    """One adult for each question, who speaks its language."""
    adults = [patient for patient in patients if _is_grown(patient, today)]
    chance.shuffle(adults)
    by_language: dict[str, Iterator[Patient]] = {
        language: iter([one for one in adults if one.language == language]) for language in ("en", "es")
    }
    chosen = [next(by_language[row["language"]]) for row in table("questions")]
    return [
        (patient, _account(house, patient, f"patient{number}@demo.test", hashed))
        for number, patient in enumerate(chosen, 2)
    ]


def _questions(house: House, writers: list[tuple[Patient, Actor]], chance: Chance) -> None:
    """To the demo's doctor, to others, and to nobody in particular; some are answered, unread."""
    others: list[Practitioner | None] = [doctor for doctor, _ in house.clinicians[1:4]]
    owners = [house.clinicians[0][0], house.clinicians[0][0], None, *others]
    doctor = house.actors["doctor"]
    for number, (row, (patient, writer)) in enumerate(zip(table("questions"), writers, strict=True)):
        owner = house.clinicians[0][0] if row["answer"] else owners[number % len(owners)]
        with acting(writer, reason="demo"):
            thread = open_thread(patient, subject=row["subject"], body=row["body"], owner=owner, actor=writer)
        if row["answer"]:
            with acting(doctor, reason="demo"):
                send_message(thread, body=row["answer"], actor=doctor)


def _ask_for_visit(house: House, patient: Patient, actor: Actor, chance: Chance) -> None:
    request_appointment(
        patient,
        service=house.services[chance.choice(["Office visit", "Annual physical", "Blood test"])],
        wishes=chance.choice(WISHES[actor.language]),
        reason=chance.reason(patient.birth_date, clock.today())["reason"],
        actor=actor,
    )
