"""ServiceRequest."""

from typing import ClassVar

from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.ordering import order_test, place_order, revoke_order
from osler.foundation.access.policy import decide
from osler.foundation.terminology.laboratory import find_test
from osler.interop.fhir.concepts import Concept, FixedConcept, codings_of
from osler.interop.fhir.elements import Code, Json, Link, Moment, Note
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse

ORDER_KIND = "urn:osler:order-category"


HOLD_RELEASE = "urn:osler:hold-release"
STATUS_REASON = "http://hl7.org/fhir/StructureDefinition/request-statusReason"
LABORATORY = (("http://snomed.info/sct", "108252007"), (ORDER_KIND, "laboratory"))


def order_from_fhir(wish: Wish) -> None:
    """Order a test of the laboratory's catalogue, or something else."""
    draft = wish.row
    if draft.status != "active":
        refuse("a new order is active; it is ended by an update", "status")
    if not (find_test(draft.code) or says_laboratory(wish.body)):
        place_order(draft, encounter=wish.any_encounter, actor=wish.actor)
        return
    order_test(
        wish.encounter,
        test=draft.code or draft.display,
        priority=draft.priority,
        note=draft.note,
        hold_release=bool(wish.extension(HOLD_RELEASE, "valueBoolean")),
        draft=draft,
        actor=wish.actor,
    )


def says_laboratory(body: Json) -> bool:
    """Whether the category is the laboratory's."""
    return any(
        (coding.get("system"), coding.get("code")) in LABORATORY
        for category in body.get("category") or ()
        for coding in codings_of(category)
    )


def order_changed(wish: Wish) -> None:
    """Revoke it, or say more; a test is completed by its result."""
    wish.keep("code", "system", "code")
    wish.keep("requester", "requester_id")
    row, status = wish.row, wish.columns["status"]
    if status == "revoked" != row.status:
        said = wish.extension(STATUS_REASON, "valueCodeableConcept") or {}
        reason = str(said.get("text") or "")[:300]
        revoke_order(wish.fill("status"), reason=reason, actor=wish.actor)
        return
    if status == "completed" != row.status and row.category == "laboratory":
        refuse("a test is completed by its result", "status")
    decide(wish.actor, "order", row)
    wish.columns["category"] = row.category  # which list it stands on is the clinic's
    chart.entry_changed(wish)


class ServiceRequestResource(Resource):
    type, model = "ServiceRequest", ServiceRequest
    profiles = (f"{chart.US_CORE}servicerequest",)
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        Code("intent", "intent"),
        FixedConcept("category[]", "category", ORDER_KIND),
        Code("priority", "priority", default="routine"),
        Concept("code"),
        Link("requester", "requester", "Practitioner"),
        Moment("authored_at", "authoredOn"),
        Note("note"),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        chart.status_parameter("intent", "intent"),
        Token("category", "category", ORDER_KIND),
        chart.code_parameter(),
        Instant("authored", "authored_at", paths=["authoredOn"]),
        Instant("occurrence", paths=["occurrence"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("order",), "update": ("order", "revoke")}
    create, update = order_from_fhir, order_changed
    places: ClassVar = {"test": "code", "author": "requester"}
