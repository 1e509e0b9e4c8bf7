"""A waiting room for the tests of the queue: a site with queues and rooms, and patients who come to it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.checkin import check_in_patient
from osler.clinic.scheduling.models import Appointment, Queue, QueueEntry
from osler.clinic.scheduling.queue.queueing import take_in_walk_in
from osler.clinic.scheduling.queue.queues import save_queue
from osler.foundation.access.actors import Actor
from osler.foundation.directory.models import HealthcareService, Location


@dataclass
class WaitingRoom:
    """Opens queues (as `adam`), lets patients come (as `bob`)."""

    act: object
    adam: Actor
    bob: Actor
    site: Location
    slot: object = None
    came: list[QueueEntry] = field(default_factory=list)

    def queue(self, letter: str = "A", *, members=(), **more) -> Queue:
        with self.act(self.adam):
            queue = Queue(site=self.site, name=more.pop("name", f"Queue {letter}"), letter=letter, **more)
            return save_queue(queue, members=members, actor=self.adam)

    def room(self, name: str = "Room 1") -> Location:
        with self.act(self.adam):
            return Location.objects.create(name=name, form="ro", part_of=self.site, zone=self.site.zone)

    def service(self, name: str = "Office visit", minutes: int = 20) -> HealthcareService:
        with self.act(self.adam):
            return HealthcareService.objects.create(name=name, duration_minutes=minutes)

    def patient(self, family: str = "Walker") -> Patient:
        with self.act(self.bob):
            return Patient.objects.create(given="Will", family=family, birth_date=date(1970, 1, 2))

    def walks_in(self, queue: Queue, **more) -> QueueEntry:
        patient = more.pop("patient", None) or self.patient(f"Walker {len(self.came)}")
        with self.act(self.bob):
            entry = take_in_walk_in(patient, queue=queue, actor=self.bob, **more)
        self.came.append(entry)
        return entry

    def arrives(self, hour: int, minute: int = 0, *, patient: Patient | None = None, **more) -> Appointment:
        patient = patient or self.patient(f"Booked {len(self.came)}")
        with self.act(self.bob):
            booked = book_appointment(patient, slot=self.slot(hour, minute, **more), actor=self.bob)
            return check_in_patient(booked, actor=self.bob)

    def stored(self, entry: QueueEntry) -> QueueEntry:
        with self.act(self.bob):
            return QueueEntry.objects.select_related("appointment", "queue", "room", "site").get(pk=entry.pk)

    def entry_of(self, appointment: Appointment) -> QueueEntry:
        with self.act(self.bob):
            return QueueEntry.objects.select_related("appointment", "queue", "site").get(
                appointment=appointment
            )

    def waited(self, entry: QueueEntry, minutes: int) -> None:
        """Let somebody have waited so long."""
        with self.act(self.bob):
            found = QueueEntry.objects.select_related("appointment").get(pk=entry.pk)
            found.waits_from -= timedelta(minutes=minutes)
            found.save()
