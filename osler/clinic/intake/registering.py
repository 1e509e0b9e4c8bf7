"""Somebody whom nobody knows registers: page by page, in a draft that only this browser, or a link, opens.

Whoever registers acts as a `Registrant`: the database shows this connection no patient at all and no
proposal but its own, so nothing here can tell whether somebody is known to the clinic.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from osler.clinic.intake.answers import birth_date_in, unanswered, unsigned
from osler.clinic.intake.asking import asked_items, offered_forms
from osler.clinic.intake.errors import AlreadySubmitted, AnswersMissing, TooQuick
from osler.clinic.intake.events import LinkAskedFor, ProposalSubmitted
from osler.clinic.intake.models import Proposal, ProposalContent, ProposalPhoto, Questionnaire
from osler.foundation.accounts.links import digest, is_secret_of, new_secret, seal_of, written
from osler.foundation.audit.context import acting_organization
from osler.foundation.files.pictures import picture_of
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import move

NO_ONE = UUID(int=0)
DRAFT_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(days=3)
ASKS_AGAIN_AFTER = timedelta(minutes=30)
MOST_TRIES = 5
LEAST_TIME = timedelta(seconds=5)


@dataclass(frozen=True)
class Door:
    """A clinic that registers people online."""

    address: str
    organization_id: UUID
    name: str


@dataclass(frozen=True)
class Registrant:
    """Whoever registers, as the database knows him: somebody who is no patient, with one proposal at most."""

    organization_id: UUID
    patient_id: UUID = NO_ONE
    user_id: UUID | None = None
    role_name: str = "registrant"


def doors() -> list[Door]:
    """All clinics that are open for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, organization_id, name FROM intake_doors()")
        return [Door(*row) for row in cursor.fetchall()]


def key_of(proposal: Proposal, secret: bytes) -> str:
    """What the browser keeps of a draft."""
    return written(proposal.organization_id, proposal.id, secret)


def begin_registration(
    questionnaire: Questionnaire, *, answers: Mapping[str, Any], language: str
) -> tuple[Proposal, bytes]:
    """A new draft, and the secret of the browser that writes it; act as nobody's Registrant.

    The draft's own row is seen from then on: the caller goes on as the Registrant of this proposal.
    """
    secret = new_secret()
    proposal = Proposal(
        organization_id=acting_organization(),
        questionnaire=questionnaire,
        language=language,
        secret_hash=digest(secret),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.patient', %s, true)", [str(proposal.id)])
    proposal.save(force_insert=True)
    content = ProposalContent(
        proposal=proposal, subject_id=proposal.id, organization_id=proposal.organization_id
    )
    content.write({"answers": dict(answers), "signatures": {}})
    content.save(force_insert=True)
    return proposal, secret


def draft_with(key_secret: bytes) -> Proposal | None:
    """The draft that the acting Registrant names, if the secret is its own and it has not run out."""
    proposal = Proposal.objects.select_related("questionnaire", "content").first()
    if proposal is None or not is_secret_of(proposal.secret_hash, key_secret):
        return None
    is_over = proposal.updated_at < clock.now() - DRAFT_LASTS
    return None if is_over and proposal.status == Proposal.Status.DRAFT else proposal


def has_rested(proposal: Proposal) -> bool:
    """Whether so much time went by that whoever goes on may be somebody else."""
    return proposal.updated_at < clock.now() - ASKS_AGAIN_AFTER


def save_answers(proposal: Proposal, answers: Mapping[str, Any]) -> Proposal:
    """Keep what was entered on a page, complete or not."""
    said = _open(proposal)
    said["answers"] = said["answers"] | dict(answers)
    return _keep(proposal, said)


def sign_forms(proposal: Proposal, *, forms: Mapping[str, str], signer_name: str, drawn: str) -> Proposal:
    """Keep the signature under these texts (id and words of the title); texts that are not among them
    are not signed."""
    said = _open(proposal)
    stamp = {
        "name": signer_name,
        "drawn": drawn,
        "at": clock.now().isoformat(),
        "session": proposal.secret_hash,
    }
    said["signatures"] = {key: stamp | {"title": title} for key, title in forms.items()}
    return _keep(proposal, said)


def keep_photo(proposal: Proposal, *, side: str, content: bytes) -> ProposalPhoto:
    """Take a photo of one side of the card; an earlier one of that side goes."""
    _open(proposal)
    picture = picture_of(content)
    drop_photo(proposal, side=side)
    photo = ProposalPhoto(
        proposal=proposal,
        subject_id=proposal.id,
        organization_id=proposal.organization_id,
        side=side,
        content_type=picture.content_type,
        size=len(picture.content),
    )
    photo.content = picture.content
    with refusals():
        photo.save(force_insert=True)
    proposal.save()
    return photo


def drop_photo(proposal: Proposal, *, side: str) -> None:
    """Forget the photo of one side."""
    _open(proposal)
    if proposal.photos.filter(side=side).delete()[0]:
        proposal.save()


def submit_registration(proposal: Proposal) -> Proposal:
    """Send it to the clinic: from now on it is not changed any more, and the browser's key opens nothing."""
    said = _open(proposal)
    if clock.now() - proposal.created_at < LEAST_TIME:
        raise TooQuick
    questionnaire = proposal.questionnaire
    if questionnaire is None or missing_in(proposal, said):
        raise AnswersMissing
    move(proposal, Proposal.Status.PROPOSED, transitions=Proposal.TRANSITIONS)
    proposal.submitted_at = clock.now()
    proposal.link_expires_at = None
    proposal.save()
    announce(ProposalSubmitted(proposal.id))
    return proposal


def discard_draft(proposal: Proposal) -> None:
    """Whoever writes it wants nothing of it kept."""
    _open(proposal)
    proposal.delete()


def missing_in(proposal: Proposal, said: Mapping[str, Any]) -> list[str]:
    """The pages on which something is missing."""
    if proposal.questionnaire is None:
        return []
    answers = said["answers"]
    pages = [item.page for item in unanswered(asked_items(proposal.questionnaire), answers)]
    if answers.get("for") != "self" and not answers.get("guardian", {}).get("name"):
        pages.append("person")
    if unsigned(offered_forms(), said["signatures"]):
        pages.append("consents")
    return list(dict.fromkeys(pages))


def ask_for_link(proposal: Proposal) -> None:
    """Have a link sent to the address that was given: it opens this draft once, and not for long."""
    _open(proposal)
    proposal.link_number += 1
    proposal.link_expires_at = clock.now() + LINK_LASTS
    proposal.tries = 0
    proposal.save()
    announce(LinkAskedFor(proposal.id, proposal.link_number))


def link_token(proposal: Proposal) -> str:
    """What the newest link of a draft ends with; no table holds it."""
    return written(proposal.organization_id, proposal.id, _seal(proposal))


def draft_linked(seal: bytes) -> Proposal | None:
    """The draft of the acting Registrant, if its newest link has this seal and still works."""
    proposal = (
        Proposal.objects.select_related("questionnaire", "content").select_for_update(of=("self",)).first()
    )
    if proposal is None or proposal.link_expires_at is None or proposal.status != Proposal.Status.DRAFT:
        return None
    is_newest = hmac.compare_digest(seal, _seal(proposal))
    works = proposal.link_expires_at > clock.now() and proposal.tries < MOST_TRIES
    return proposal if is_newest and works else None


def resume_registration(proposal: Proposal, *, birth_date: date | None) -> bytes | None:
    """Give the draft to the browser that knows the birth date in it: a new secret, and the old one is over.

    None if it is another date: that counts, and after five the draft opens no more.
    """
    said, items = _open(proposal), asked_items(proposal.questionnaire) if proposal.questionnaire else []
    if proposal.tries >= MOST_TRIES:
        return None
    known = birth_date_in(items, said["answers"])
    if known is not None and known != birth_date:
        proposal.tries += 1
        proposal.save()
        return None
    secret = new_secret()
    proposal.secret_hash, proposal.link_expires_at, proposal.tries = digest(secret), None, 0
    proposal.save()
    return secret


def _open(proposal: Proposal) -> dict[str, Any]:
    if proposal.status != Proposal.Status.DRAFT:
        raise AlreadySubmitted
    return proposal.content.read()


def _keep(proposal: Proposal, said: dict[str, Any]) -> Proposal:
    proposal.content.write(said)
    with refusals():
        proposal.content.save()
        proposal.save()
    return proposal


def _seal(proposal: Proposal) -> bytes:
    place = proposal.organization_id.bytes, proposal.id.bytes
    return seal_of(b"registration link ", *place, proposal.link_number.to_bytes(4))
