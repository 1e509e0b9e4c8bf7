"""Somebody whom nobody knows books a visit: a time is held, he says who he is, and a code proves his address.

Until then there is nothing of him but the hold, which is gone after ten minutes: nobody can fill a calendar
with invented visits. Whoever visits acts as a `Visitor`: the database shows this connection no patient at
all and no hold but its own, so nothing here can tell whether somebody is known to the clinic. Only when the
code was right the house looks: the visit goes into the chart of whoever has this name, birth date and the
very address that was proved, else into a new chart, with an alert for the desk to look at it (decision 34).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import spoken
from osler.clinic.communication.reminding.addresses import phone_number
from osler.clinic.communication.reminding.telling import tell_of_booking_online
from osler.clinic.intake.errors import HoldOver
from osler.clinic.intake.events import CodeAskedFor
from osler.clinic.patients.flags import raise_flag
from osler.clinic.patients.models import Patient
from osler.clinic.patients.registration import register_patient
from osler.clinic.scheduling.appointments.online import book_for_visitor, give_back, hold_for_visitor, prolong
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import SlotHold
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.accounts.links import digest, is_secret_of, new_secret, seal_of, written
from osler.foundation.audit.context import acting, acting_organization
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.keys import uuid7
from osler.kernel.names import fold

NO_ONE = UUID(int=0)
MOST_TRIES = 5
MOST_CODES = 3
SEAL = 16
EMAIL, SMS = Notice.Channel.EMAIL, Notice.Channel.SMS


@dataclass(frozen=True)
class Visitor:
    """Whoever books on the public page, as the database knows him: somebody with one hold at most."""

    organization_id: UUID
    patient_id: UUID = NO_ONE
    user_id: UUID | None = None
    role_name: str = "visitor"


def key_of(held: SlotHold, secret: bytes) -> str:
    """What the browser keeps of a hold."""
    return written(held.organization_id, held.id, secret)


def hold_time(slot: Slot, *, service: HealthcareService, language: str) -> tuple[SlotHold, bytes]:
    """Hold a time for this browser, and the secret by which it is known; then the caller acts for it."""
    key, secret = uuid7(), new_secret()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.patient', %s, true)", [str(key)])
    held = hold_for_visitor(key, slot, service=service, secret_hash=digest(secret), language=language)
    return held, secret


def held_with(secret: bytes) -> SlotHold | None:
    """The hold that the acting Visitor names, if the secret is its own and its time is not over."""
    held = _hold()
    is_own = held is not None and is_secret_of(held.secret_hash, secret)
    return held if is_own else None


def held_linked(seal: bytes) -> SlotHold | None:
    """The hold of the acting Visitor, if the newest mail about it has this seal."""
    held = _hold()
    is_newest = held is not None and held.code_number > 0 and hmac.compare_digest(seal, _seal(held))
    return held if is_newest else None


def say_who(held: SlotHold, said: Mapping[str, Any]) -> SlotHold:
    """Keep who the visitor says he is, hold the time ten minutes more, and have a code sent to him."""
    if held.code_number >= MOST_CODES:
        raise HoldOver
    held.write({name: _plain(value) for name, value in said.items()})
    held.code_number += 1
    held.code_tries = 0
    prolong(held)
    announce(CodeAskedFor(held.id, held.code_number))
    return held


def is_right(held: SlotHold, code: str) -> bool:
    """Whether it is the code that was sent; a wrong one counts, and after five none is looked at."""
    held = SlotHold.objects.select_for_update().get(pk=held.pk)  # tries at once are counted one by one
    if held.code_number == 0 or held.code_tries >= MOST_TRIES:
        return False
    if hmac.compare_digest(code_of(held.id, held.code_number), code):
        return True
    held.code_tries += 1
    held.save(update_fields=["code_tries"])
    return False


def code_of(hold_id: UUID, number: int) -> str:
    """The six digits of a hold's newest mail; no table holds them."""
    seal = seal_of(b"visit code ", hold_id.bytes, number.to_bytes(2))
    return f"{int.from_bytes(seal[:8]) % 1_000_000:06d}"


def link_token(held: SlotHold) -> str:
    """What the link in the newest mail of a hold ends with."""
    return written(held.organization_id, held.id, _seal(held))


def way_of(said: Mapping[str, Any]) -> tuple[str, str]:
    """By which channel and to which address a visitor is written to."""
    if said.get("reach") == SMS:
        return SMS, phone_number(str(said.get("phone", "")))
    return EMAIL, str(said.get("email", "")).lower()


def confirm_visit(held: SlotHold) -> Notice:
    """Book what is held for whoever proved his address; the notice that tells him of it, with his link.

    The house does it: it acts for the clinic from here to the end of the transaction. HoldOver if another
    request has done so already; what refuses the booking leaves the hold as it was.
    """
    with (
        transaction.atomic(),
        acting(house := _house(held.organization_id), reason="booked online"),
    ):
        row = SlotHold.objects.select_for_update(of=("self",)).select_related("service").filter(pk=held.pk)
        found = row.first()
        if found is None or found.held_until <= clock.now():
            raise HoldOver
        said, service, language = found.read(), found.service, found.language
        patient = _known(said) or _new(said, language=language, actor=house)
        slot, reason = give_back(found), str(said.get("reason", ""))
        appointment = book_for_visitor(patient, slot=slot, service=service, reason=reason, actor=house)
        channel, to = way_of(said)
        return tell_of_booking_online(appointment, channel=channel, to=to, language=language)


def _known(said: Mapping[str, Any]) -> Patient | None:
    """Whoever has this name, this birth date and the address that was proved; of several the oldest."""
    born = date.fromisoformat(said["birth_date"])
    channel, to = way_of(said)
    for one in Patient.objects.filter(birth_date=born, active=True, deceased_at=None).order_by("id"):
        address = one.email.lower() if channel == EMAIL else phone_number(one.phone)
        if address and address == to and _name(one.given, one.family) == _name(said["given"], said["family"]):
            return one
    return None


def _name(given: str, family: str) -> tuple[str, str]:
    return fold(given).partition(" ")[0], fold(family)


def _new(said: Mapping[str, Any], *, language: str, actor: Actor) -> Patient:
    patient = register_patient(
        Patient(
            organization_id=acting_organization(),
            given=said["given"],
            family=said["family"],
            birth_date=date.fromisoformat(said["birth_date"]),
            phone=said.get("phone", ""),
            email=said.get("email", ""),
            contact_by=Patient.ContactBy.SMS if said.get("reach") == SMS else Patient.ContactBy.EMAIL,
            language=spoken(language),
        ),
        actor=actor,
    )
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it
        words = _("Booked online: check name, birth date and insurance at the desk")
    raise_flag(patient, text=words, actor=actor)
    return patient


def _house(organization_id: UUID) -> Actor:
    """The house at its own desk: it registers and books, and no more."""
    return Actor(
        user_id=None,
        name="online booking",
        organization_id=organization_id,
        roles=frozenset({Role.RECEPTION}),
    )


def _hold() -> SlotHold | None:
    rows = SlotHold.objects.select_related("service", "practitioner", "location")
    return rows.filter(held_until__gt=clock.now()).first()  # the walls show a visitor no other


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _seal(held: SlotHold) -> bytes:
    place = held.organization_id.bytes, held.id.bytes
    return seal_of(b"visit code link ", *place, held.code_number.to_bytes(2))[:SEAL]
