"""Appointment: booked, moved and cancelled by the clinic's own deeds."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    reinstate_appointment,
)
from osler.clinic.scheduling.appointments.checkin import (
    check_in_patient,
    finish_visit,
    mark_no_show,
    reopen_visit,
    room_patient,
    undo_check_in,
    undo_rooming,
)
from osler.clinic.scheduling.appointments.holds import confirm_hold
from osler.clinic.scheduling.appointments.requests import accept_request, decline_request, request_appointment
from osler.clinic.scheduling.appointments.resizing import LONGEST, RESIZED, SHORTEST, extend_appointment
from osler.clinic.scheduling.appointments.together import cancel_together, reschedule_together
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import LengthImpossible
from osler.clinic.scheduling.models import Appointment, Schedule
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import PORTAL
from osler.foundation.directory.models import Location
from osler.interop.fhir.concepts import codings_of
from osler.interop.fhir.elements import (
    Code,
    Element,
    Json,
    Values,
    Words,
    instant_of,
    instant_text,
    put,
)
from osler.interop.fhir.parameters import Lasting, Reference
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.participants import Answer, Further, Participant
from osler.interop.fhir.resources.recurring import Recurring
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wanting, Wish, refuse
from osler.kernel.periods import period

OVERBOOK_REASON = "urn:osler:overbook-reason"
WALK_IN = {
    "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
    "code": "WALKIN",
    "display": "A previously unscheduled walk-in visit",
}


class StartAndEnd(Element):
    """`start` and `end`, one range here."""

    columns = ("period",)

    def read(self, resource: Json) -> Values:
        start, end = instant_of(resource.get("start")), instant_of(resource.get("end"))
        return (period(start, end) if start and end and start < end else None,)

    def write(self, resource: Json, values: Values) -> None:
        span = values[0]
        put(resource, "start", instant_text(span.lower) if span else "")
        put(resource, "end", instant_text(span.upper) if span else "")


class WalkIn(Element):
    """`appointmentType` says that somebody came without appointment (HL7 v2 table 0276); any other type that
    came from elsewhere stays in the text."""

    columns = ("is_walk_in",)

    def read(self, resource: Json) -> Values:
        return (is_walk_in(resource.get("appointmentType") or {}),)

    def write(self, resource: Json, values: Values) -> None:
        said = is_walk_in(resource.get("appointmentType") or {})
        if values[0] != said:
            put(resource, "appointmentType", {"coding": [WALK_IN]} if values[0] else None)


class Cancelled(Element):
    """Why it will not take place, in words."""

    columns = ("cancellation_reason",)

    def read(self, resource: Json) -> Values:
        concept = resource.get("cancelationReason") or {}
        shown = (coding["display"] for coding in codings_of(concept) if "display" in coding)
        return (self.fit(0, concept.get("text") or next(shown, ""), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, "cancelationReason", {"text": values[0]} if values[0] else None)


STEPS: dict[tuple[str, str], Callable[..., Appointment]] = {
    ("booked", "arrived"): check_in_patient,
    ("noshow", "arrived"): check_in_patient,
    ("arrived", "booked"): undo_check_in,
    ("arrived", "checked-in"): room_patient,
    ("checked-in", "arrived"): undo_rooming,
    ("arrived", "fulfilled"): finish_visit,
    ("checked-in", "fulfilled"): finish_visit,
    ("fulfilled", "checked-in"): reopen_visit,
    ("booked", "noshow"): mark_no_show,
    ("arrived", "noshow"): mark_no_show,
    ("pending", "booked"): confirm_hold,
    ("cancelled", "booked"): reinstate_appointment,
    ("cancelled", "proposed"): reinstate_appointment,
    ("noshow", "booked"): reinstate_appointment,
}
HELD = ("period", "practitioner_id", "location_id")
ABOUT = ("service_id", "reason", "wishes")


def booking_from_fhir(wish: Wish) -> None:
    """Book a time (`booked`), or ask for one (`proposed`)."""
    draft = wish.row
    if draft.status == "proposed":
        if draft.service is None:
            raise Wanting("name the HealthcareService that is asked for", field="participant")
        draft.period = None
        request_appointment(
            draft.patient,
            service=draft.service,
            practitioner=draft.practitioner,
            wishes=draft.wishes,
            reason=draft.reason,
            draft=draft,
            actor=wish.actor,
        )
        return
    if draft.status != "booked":
        refuse("a new appointment is booked or proposed", "status")
    book_appointment(
        draft.patient,
        slot=slot_of(wish, draft),
        service=draft.service,
        reason=draft.reason,
        overbook_reason=overbook_reason(wish),
        draft=draft,
        actor=wish.actor,
    )


def appointment_changed(wish: Wish) -> None:
    """Move, give another length (`end` alone), cancel, take the next step of the day, or say more about it:
    one of them at a time."""
    row, actor, status = wish.row, wish.actor, wish.columns["status"]
    is_moved = wish.changes("period") or wish.changes("practitioner_id", "location_id")
    was, minutes = row.status, other_length(wish)
    if is_moved and status != "booked" and (minutes is None or status != was):
        refuse("an appointment is moved to another time as a step of its own", "start")
    if wish.columns["service_id"] is None:  # what kind of visit it is stays, also unsaid
        wish.columns["service_id"] = row.service_id
    if actor.has_role(*PORTAL):  # patients move and cancel; what it is about is agreed with the clinic
        wish.columns |= {name: getattr(row, name) for name in ABOUT}
    wish.columns["is_walk_in"] = row.is_walk_in
    wanted = Appointment(**{name: wish.columns[name] for name in HELD}, service=row.service)
    reason = wish.columns["cancellation_reason"]
    row = wish.fill("status", "cancellation_reason", *HELD)
    if is_moved and was in ("proposed", "pending", "waitlist"):
        slot = slot_of(wish, wanted)
        accept_request(row, slot=slot, overbook_reason=overbook_reason(wish), actor=actor)
    elif minutes is not None:
        extend_appointment(row, minutes=minutes, overbook_reason=overbook_reason(wish), actor=actor)
    elif is_moved:
        slot = slot_of(wish, wanted)
        reschedule_together(row, slot=slot, overbook_reason=overbook_reason(wish), actor=actor)
    elif status == was:
        decide(actor, "note", row)
        row.save()
    elif status == "cancelled":
        declines = was == "proposed" and not actor.has_role(*PORTAL)
        (decline_request if declines else cancel_together)(row, reason=reason, actor=actor)
    elif (was, status) in STEPS:
        STEPS[was, status](row, actor=actor)
    else:
        refuse(f"from {was} there is no step to {status}", "status")


def other_length(wish: Wish) -> int | None:
    """The minutes that colleagues give a visit which begins as agreed; None if it is not that."""
    row, period = wish.row, wish.columns["period"]
    is_elsewhere = wish.changes("practitioner_id", "location_id") or not wish.changes("period")
    if is_elsewhere or period is None or period.lower != row.starts_at or row.status not in RESIZED:
        return None
    if wish.actor.has_role(*PORTAL):
        return None
    minutes, rest = divmod(period.upper - period.lower, timedelta(minutes=1))
    if rest:
        refuse("a visit takes whole minutes", "end")
    if not SHORTEST <= minutes <= LONGEST:
        raise LengthImpossible(field="end")
    return int(minutes)


def slot_of(wish: Wish, wanted: Appointment) -> Slot:
    """The time, clinician and place that the resource names; a room stands for its site."""
    if wanted.period is None:
        raise Wanting("name start and end", field="start")
    if wanted.practitioner_id is None:
        raise Wanting("name the practitioner whose time it is", field="participant")
    place = wanted.location or only_place(wanted.practitioner_id)
    around = place.part_of if place.form == Location.Form.ROOM else None
    site = around or place
    return Slot(
        practitioner_id=wanted.practitioner_id,
        location_id=site.id,
        start=wanted.period.lower,
        end=wanted.period.upper,
        zone=site.zone,
        room_id=place.id if around else wish.row.room_id,
    )


def only_place(practitioner_id: UUID) -> Location:
    """Where a practitioner works who works at one place."""
    schedules = Schedule.objects.filter(practitioner_id=practitioner_id, active=True)
    places = [schedule.location for schedule in schedules.select_related("location")[:2]]
    if len(places) != 1:
        raise Wanting("name the location", field="participant")
    return places[0]


def is_walk_in(concept: Json) -> bool:
    """Whether a type of appointment says that nobody had booked it."""
    return any(
        one.get("code") == "WALKIN" and one.get("system") == WALK_IN["system"] for one in codings_of(concept)
    )


def overbook_reason(wish: Wish) -> str:
    """Why it is booked over another one, if the resource says so."""
    return str(wish.extension(OVERBOOK_REASON, "valueString") or "")[:200]


class AppointmentResource(Resource):
    type, model = "Appointment", Appointment
    takes = False
    brings = False
    elements = (
        Code("status", "status"),
        StartAndEnd(),
        Participant("location", "Location"),
        Participant("practitioner", "Practitioner"),
        Participant("patient", "Patient"),
        Participant("service", "HealthcareService"),
        Further(),
        Answer(),
        Words("description", "reason"),
        Words("comment", "wishes"),
        WalkIn(),
        Cancelled(),
        Recurring(),
    )
    search = (
        Reference("patient", "patient_id", ["Patient"], ["participant.actor"]),
        Reference("practitioner", "practitioner_id", ["Practitioner"], ["participant.actor"]),
        Reference("location", "location_id", ["Location"], ["participant.actor"]),
        chart.status_parameter(),
        Lasting("date", "period_start", "period_end", paths=["start"]),
    )
    writes: ClassVar = {"create": ("book", "request"), "update": ("move", "cancel")}
    create, update = booking_from_fhir, appointment_changed
    places: ClassVar = {"service": "participant", "room": "participant", "reason": "cancelationReason"}
