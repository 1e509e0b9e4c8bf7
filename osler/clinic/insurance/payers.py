"""The insurers a clinic deals with: added, renamed, retired; what names them stays as it is."""

from collections.abc import Mapping

from osler.clinic.insurance.errors import PayerNameless
from osler.clinic.insurance.models import Payer
from osler.clinic.patients.errors import NotAmendable
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.constraints import refusals

AMENDABLE = frozenset({"name", "payer_number", "phone"})


def add_payer(payer: Payer, *, actor: Actor) -> Payer:
    """Note an insurer, given as an unsaved row; its name is told apart from all others."""
    decide(actor, "add", Payer)
    payer.name = _name(payer.name)
    with refusals():
        payer.save(force_insert=True)
    return payer


def amend_payer(payer: Payer, *, changes: Mapping[str, str], version: int | None, actor: Actor) -> Payer:
    """Rename an insurer or correct its numbers; every insurance of it reads the new name."""
    decide(actor, "amend", payer)
    payer.require_version(version)
    unknown = sorted(set(changes) - AMENDABLE)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(payer, name, _name(value) if name == "name" else value.strip())
    with refusals():
        payer.save()
    return payer


def retire_payer(payer: Payer, *, version: int | None, actor: Actor) -> Payer:
    """Offer an insurer no more; insurances and invoices that name it go on."""
    return _offer(payer, active=False, version=version, actor=actor)


def restore_payer(payer: Payer, *, version: int | None, actor: Actor) -> Payer:
    """Offer a retired insurer again."""
    return _offer(payer, active=True, version=version, actor=actor)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise PayerNameless
    return name


def _offer(payer: Payer, *, active: bool, version: int | None, actor: Actor) -> Payer:
    decide(actor, "amend", payer)
    payer.require_version(version)
    payer.active = active
    payer.save()
    return payer
