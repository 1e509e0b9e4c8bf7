"""The portal's demo patient, and messages that wait for an answer."""

from django.contrib.auth.hashers import make_password

from osler.clinic.communication.threads import open_thread, send_message
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Practitioner
from osler.ops.demo.chance import Chance
from osler.ops.demo.house import PASSWORD, House

QUESTIONS = (
    ("Refill", "I have tablets for one more week. Could you renew the prescription?"),
    ("Feeling better", "The cough is nearly gone. Should I still come on Friday?"),
    ("Side effect?", "Since the new tablets I feel a little dizzy in the morning. Is that usual?"),
    ("School form", "The school wants a form about the asthma inhaler. Where can I send it?"),
)


def make_talk(house: House, patients: list[Patient], chance: Chance) -> None:
    """An account for the demo patient, who is also a parent of another; and unread messages."""
    elena = portal_user(house, patients[0], "patient@demo.test")
    child = next(patient for patient in patients[1:] if patient.birth_date and patient.birth_date.year > 2012)
    with acting(house.actors["admin"], reason="demo"):
        PatientGrant(
            user_id=elena.user_id, patient_id=child.id, patient_name=str(child), relationship="parent"
        ).save()
    doctor = house.clinicians[0][0]
    with acting(elena, reason="demo"):
        report = DiagnosticReport.objects.filter(patient=patients[0], released_at__isnull=False).first()
        thread = open_thread(
            patients[0],
            subject="My last result",
            body="Is this value a reason to worry?",
            owner=doctor,
            report=report,
            actor=elena,
        )
    with acting(house.actors["doctor"], reason="demo"):
        send_message(
            thread, body="It is a little better than in spring. Keep going!", actor=house.actors["doctor"]
        )
    for number, patient in enumerate(chance.sample(patients[1:], len(QUESTIONS))):
        writer = portal_user(house, patient, f"patient{number + 2}@demo.test")
        _ask(writer, patient, doctor, QUESTIONS[number])


def portal_user(house: House, patient: Patient, email: str) -> Actor:
    """An account of one's own for a patient."""
    user = User(email=email, name=str(patient), password=make_password(PASSWORD), language=patient.language)
    user.save()
    with acting(house.actors["admin"], reason="demo"):
        PatientGrant(user=user, patient_id=patient.id, patient_name=str(patient)).save()
    found = load_actor(user.pk, realm="portal", patient_id=patient.id)
    assert found is not None
    return found[0]


def _ask(writer: Actor, patient: Patient, doctor: Practitioner, question: tuple[str, str]) -> None:
    with acting(writer, reason="demo"):
        open_thread(patient, subject=question[0], body=question[1], owner=doctor, actor=writer)
