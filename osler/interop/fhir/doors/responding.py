"""AppointmentResponse: what a patient answers to a visit. That of a visit of ours is done, then kept."""

from django.http import HttpRequest, HttpResponse

from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.together import cancel_together
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import PORTAL
from osler.foundation.jobs.idempotency import Answer, answer_once, request_hash
from osler.interop.fhir.doors.chain import body_of_request
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.placing import judged
from osler.interop.fhir.doors.slots import Json, key_of
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.doors.writing import create, create_one, doing, written_response, written_text

TYPE = "AppointmentResponse"


def respond(request: HttpRequest, caller: Caller) -> HttpResponse:
    """POST [base]/AppointmentResponse: accepted confirms the visit, declined cancels it."""
    caller.need(TYPE, "c")
    if not may(caller.actor, "confirm", Appointment):
        return create(request, caller, TYPE)
    resource = judged(body_of_request(request), TYPE)
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")

    def work() -> Answer:
        answer_visit(resource, caller)
        made = create_one(caller, resource, "", as_it_was=False)
        return Answer(made.status, made.location)

    with doing(caller):
        digest = request_hash("POST", request.path, request.body)
        actor_id = caller.actor.user_id
        answer = answer_once(key, actor_id=actor_id, request_hash=digest, work=work) if key else work()
        written = written_text(answer.location)
    return written_response(request, answer.location, answer.status, written)


def answer_visit(resource: Json, caller: Caller) -> None:
    """Do what it says; it speaks for the visit's own patient, and says yes or no."""
    rows = scoped(Appointment, caller.actor).select_related("service").select_for_update(of=("self",))
    key = key_of(resource["appointment"].get("reference", ""))
    visit = rows.filter(pk=key).first() if key else None
    if visit is None:
        raise Trouble(422, "names no appointment that is here and yours to see", path=f"{TYPE}.appointment")
    if key_of((resource.get("actor") or {}).get("reference", "")) != visit.patient_id:
        raise Trouble(422, "is the answer of the patient: name the patient", path=f"{TYPE}.actor")
    status = resource["participantStatus"]
    if status == "accepted":
        in_portal = caller.actor.has_role(*PORTAL)
        by = Appointment.ConfirmedBy.PORTAL if in_portal else Appointment.ConfirmedBy.DESK
        confirm_appointment(visit, by=by, actor=caller.actor)
    elif status == "declined":
        cancel_together(visit, reason=str(resource.get("comment", ""))[:200], actor=caller.actor)
    else:
        words = "the clinic takes accepted or declined"
        raise Trouble(422, words, path=f"{TYPE}.participantStatus", code="business-rule")
