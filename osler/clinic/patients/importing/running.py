"""The work of an import in the worker: slices, so that mail and seals do not wait for it."""

import logging
import time
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from osler.clinic.patients.importing.preparing import halt
from osler.clinic.patients.importing.taking import Taking
from osler.clinic.patients.models import PatientImport
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.discretion import told
from osler.kernel.errors import Refusal

log = logging.getLogger(__name__)
SLICE_SECONDS = 10.0
REASON = "import of patients"

_current: list[Taking] = []
"""What this process is working on: the file is read once, not for each slice."""


def work_on(import_id: UUID, *, organization_id: UUID, seconds: float = SLICE_SECONDS) -> bool:
    """Take in rows for some seconds, for whoever has started it; whether there is more to do."""
    actor = _starter(import_id, organization_id)
    if actor is None:
        return False
    try:
        return _slice(_taking(import_id, actor), actor, until=time.monotonic() + seconds)
    except (OperationalError, InterfaceError):
        _current.clear()
        raise
    except Exception as error:
        _current.clear()
        log.exception("import %s could not go on", import_id)
        words = str(error) if isinstance(error, Refusal) else _("It could not go on: %s.") % told(error)
        _give_up(import_id, words, organization_id)
        return False


def _slice(taking: Taking, actor: Actor, *, until: float) -> bool:
    is_more = True
    while is_more and time.monotonic() < until:
        with acting(actor, reason=REASON):
            is_more = taking.take_some()
    if not is_more:
        _current.clear()
    return is_more


def _taking(import_id: UUID, actor: Actor) -> Taking:
    if not _current or (_current[0].import_id, _current[0].actor) != (import_id, actor):
        _current[:] = [Taking(import_id, actor=actor)]
    return _current[0]


def _starter(import_id: UUID, organization_id: UUID) -> Actor | None:
    """Who has started it, with the rights of now; nobody if it is at rest."""
    with acting(SystemActor(organization_id), reason=REASON):
        found = PatientImport.objects.filter(id=import_id).first()
    if found is None or not found.is_working or found.started_by is None:
        return None
    loaded = load_actor(found.started_by)
    if loaded is None or loaded[0].organization_id != organization_id:
        _give_up(import_id, _("Whoever started it has no account any more."), organization_id)
        return None
    return loaded[0]


def _give_up(import_id: UUID, words: str, organization_id: UUID) -> None:
    """Stop with a word of what stood in the way."""
    with acting(SystemActor(organization_id), reason=REASON):
        found = PatientImport.objects.select_for_update().filter(id=import_id).first()
        if found is not None and found.is_working:
            halt(found, trouble=words)
