"""Reading a card at the desk: asked for, read by the worker, proposed field by field, forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.card_text import Found, payer_on_card, read_card
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.models import CardPhoto, CardReading
from osler.clinic.patients.documents.proposing import Proposed, identity_in
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import acting, acting_organization
from osler.foundation.files.pictures import picture_of
from osler.foundation.files.reading import read_picture
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.jobs.queue import queue
from osler.kernel import clock
from osler.kernel.errors import Refusal

KEPT = timedelta(hours=1)
MOST_SURE = 0.9
"""Words are never called sure, however sure their reader is of itself: nothing checks them."""
LABELS: dict[str, str | Promise] = {
    "payer": _("Insurer"),
    "member_id": _("Member ID"),
    "group_number": _("Group number"),
    "plan_name": _("Plan"),
    "subscriber_name": _("Name on the card"),
    "copay_amount": _("Copay"),
    "rx_bin": _("RxBIN"),
    "rx_pcn": _("RxPCN"),
    "rx_group": _("RxGrp"),
}
OF_FORM = {"copay": "copay_amount"}


@dataclass(frozen=True)
class Sides:
    """What was read for one page: its pictures, and whether the reader is at it still."""

    readings: list[CardReading]

    @property
    def is_waiting(self) -> bool:
        return any(one.status == CardReading.Status.WAITING for one in self.readings)

    @property
    def has_failed(self) -> bool:
        return any(one.status == CardReading.Status.FAILED for one in self.readings)


def ask_reading(
    content: bytes, *, kind: str, side: str, subject_id: UUID | None, actor: Actor
) -> CardReading:
    """Lay a picture before the reader; an earlier one of the same side goes."""
    reading = CardReading(organization_id=acting_organization(), kind=kind, side=side, subject_id=subject_id)
    if actor.user_id is not None:
        reading.user_id = actor.user_id
    decide(actor, "ask", reading)
    picture = picture_of(content)
    readings_of(subject_id, kind=kind, actor=actor).filter(side=side).delete()
    reading.keep(picture.content, picture.content_type)
    reading.save(force_insert=True)
    task = queue.configure_task("read_card", allow_unknown=False)
    task.defer(organization_id=str(reading.organization_id), reading_id=str(reading.id))
    return reading


def readings_of(subject_id: UUID | None, *, kind: str, actor: Actor) -> QuerySet[CardReading]:
    """What the actor has had read for one page within the hour."""
    rows = scoped(CardReading, actor).filter(subject_id=subject_id, kind=kind)
    return rows.filter(created_at__gt=clock.now() - KEPT).defer("content_sealed").order_by("-side")


def sides_of(subject_id: UUID | None, *, kind: str, actor: Actor) -> Sides:
    """The same, together."""
    return Sides(list(readings_of(subject_id, kind=kind, actor=actor)))


def read_one(organization_id: UUID, reading_id: UUID) -> None:
    """The worker's part: no transaction is open while the picture is read."""
    actor = SystemActor(organization_id)
    with acting(actor, reason="read_card"):
        found = CardReading.objects.filter(id=reading_id, status=CardReading.Status.WAITING).first()
        content = found.content if found else b""
    if found is None:
        return
    try:
        found.write(read_picture(content))
    except Refusal:
        found.status = CardReading.Status.FAILED
    with acting(actor, reason="read_card"):
        CardReading.objects.filter(id=found.id).update(status=found.status, found_sealed=found.found_sealed)


def keep_pictures(sides: Sides, coverage: Coverage) -> None:
    """The card's pictures stay with the insurance that was noted from them; what was read of them goes."""
    for one in sides.readings:
        photo = CardPhoto(
            patient=coverage.patient,
            organization_id=coverage.organization_id,
            coverage=coverage,
            side=one.side,
            content_type=one.content_type,
            size=one.size,
        )
        photo.content = one.content
        photo.save(force_insert=True)
    forget_readings(sides.readings)


def forget_readings(readings: Iterable[CardReading]) -> None:
    """What was taken over, or is not wanted, goes."""
    CardReading.objects.filter(id__in=[one.id for one in readings]).delete()


def purge_readings() -> int:
    """Forget every card that was read more than an hour ago; acts for one clinic."""
    count, _by_model = CardReading.objects.filter(created_at__lte=clock.now() - KEPT).delete()
    return count


def proposed_insurance(sides: Sides, *, payers: Iterable[Payer]) -> list[Proposed]:
    """The fields of an insurance that the card proposes, each by its surest reading."""
    best: dict[str, Found] = {}
    names = {payer.name: payer for payer in payers}
    for one in sides.readings:
        lines = one.reading.lines
        payer = payer_on_card(lines, list(names))
        for found in [*([payer] if payer else []), *read_card(lines)]:
            field = OF_FORM.get(found.field, found.field)
            if field not in best or found.sureness > best[field].sureness:
                best[field] = found
    return [
        Proposed(
            field=field,
            label=LABELS[field],
            value=names[best[field].value].id if field == "payer" else best[field].value,
            shown=best[field].value,
            sureness=min(best[field].sureness, MOST_SURE),
            is_field=not field.startswith("rx_"),
        )
        for field in LABELS
        if field in best
    ]


def proposed_identity(sides: Sides, *, today: date) -> list[Proposed]:
    """The fields of a person that the document proposes: its barcode before its printed zone."""
    best: dict[str, Proposed] = {}
    for one in sides.readings:
        for proposed in identity_in(one.reading, today=today):
            if proposed.field not in best or proposed.sureness > best[proposed.field].sureness:
                best[proposed.field] = proposed
    return list(best.values())


def taken(proposed: Iterable[Proposed], wanted: Iterable[str]) -> dict[str, Any]:
    """What somebody accepts, as the beginning of a form."""
    keys = frozenset(wanted)
    return {one.field: one.value for one in proposed if one.is_field and one.field in keys}
