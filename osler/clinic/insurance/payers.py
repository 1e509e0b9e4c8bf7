"""The insurers a clinic deals with."""

from osler.clinic.insurance.models import Payer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.constraints import refusals


def add_payer(payer: Payer, *, actor: Actor) -> Payer:
    """Note an insurer, given as an unsaved row; its name is told apart from all others."""
    decide(actor, "add", Payer)
    payer.name = " ".join(payer.name.split())
    with refusals():
        payer.save(force_insert=True)
    return payer
