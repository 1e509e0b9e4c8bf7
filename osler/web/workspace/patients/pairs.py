"""The work list of pairs that may be one person, and one pair side by side."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.models import MatchPair, Patient, PatientIdentifier
from osler.clinic.patients.pair_list import WeighedPair, pair_list, pair_of
from osler.clinic.patients.pairs import refute_pair, reopen_pair
from osler.clinic.patients.weights import Reason
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.dates import born_text
from osler.foundation.ui.notices import notify
from osler.foundation.ui.phones import phone_text
from osler.foundation.ui.shell import KeysetPage, Tab
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.faces import face_urls

PAGE = 20
DECIDERS = (Role.RECEPTION, Role.ADMINISTRATOR)
LISTED = (MatchPair.Status.OPEN, MatchPair.Status.NOT_DUPLICATE, MatchPair.Status.MERGED)


@dataclass(frozen=True)
class Row:
    """One line of the comparison: what each record says, and what that says of the two."""

    label: str
    one: str
    other: str
    reason: Reason | None = None

    @property
    def differs(self) -> bool:
        return bool(self.one and self.other) and self.one.casefold() != self.other.casefold()


@allow(*DECIDERS, reads="Patient", methods=("GET",))
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs to decide, or those that were decided."""
    actor, get = actor_of(request), request.GET
    status = get.get("status", "") if get.get("status") in LISTED else MatchPair.Status.OPEN
    query = get.get("q", "").strip()[:200]
    page = pair_list(actor, status=status, query=query, limit=PAGE, after=get.get("after", "")[:200])
    shown = dict.fromkeys(key for one in page.pairs for key in one.patients)
    record_access(Patient, patients=shown, detail="possible duplicates")
    context = {
        "page": KeysetPage(
            len(page.pairs),
            next_url=_url(status, query, page.after) if page.after else "",
            previous_url=_url(status, query) if get.get("after") else "",
        ),
        "pairs": page.pairs,
        "faces": face_urls(shown, actor=actor),
        "query": query,
        "status": status,
        "statuses": [Tab(kind.label, _url(kind, query), kind == status) for kind in LISTED],
    }
    is_fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"workspace/patients/{'pair_rows' if is_fragment else 'pairs'}.html", context)


def _url(status: str, query: str, after: str = "") -> str:
    asked = {"status": "" if status == MatchPair.Status.OPEN else status, "q": query, "after": after}
    said = urlencode({name: value for name, value in asked.items() if value})
    return reverse("pairs") + (f"?{said}" if said else "")


@allow(*DECIDERS, reads="Patient", methods=("GET",))
def pair(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Two records side by side."""
    actor = actor_of(request)
    found = _open(actor, pair_id)
    one, other = found.pair.one, found.pair.other
    record_access(Patient, patients=found.patients, detail="possible duplicate")
    context = {
        "found": found,
        "pair": found.pair,
        "people": (one, other),
        "faces": face_urls(found.patients, actor=actor),
        "rows": _rows(found, actor),
        "merge_url": reverse("merge", args=[one.id, other.id]) if one.active and other.active else "",
        "is_open": found.pair.status == MatchPair.Status.OPEN,
        "is_refuted": found.pair.status == MatchPair.Status.NOT_DUPLICATE,
    }
    return render(request, "workspace/patients/pair.html", context)


def _open(actor: Actor, pair_id: UUID) -> WeighedPair:
    found = pair_of(actor, pair_id)
    if found is None:
        raise Missing
    return found


@allow(*DECIDERS, methods=("POST",))
def refute(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """They are two people."""
    actor = actor_of(request)
    found = _open(actor, pair_id).pair
    reason = request.POST.get("reason", "")[:300]
    refute_pair(found, reason=reason, version=seen_version(request), actor=actor)
    record_access(MatchPair, entity_id=found.id, patients=(found.one_id, found.other_id), action="E")
    undo = as_seen(reverse("pair-reopen", args=[found.id]), found)
    words = _("%(one)s and %(other)s are kept as two people.") % {"one": found.one, "other": found.other}
    notify(request, words, undo_url=undo)
    return redirect("pairs")


@allow(*DECIDERS, methods=("POST",))
def reopen(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """The decision is taken back."""
    actor = actor_of(request)
    found = _open(actor, pair_id).pair
    reopen_pair(found, version=seen_version(request), actor=actor)
    record_access(MatchPair, entity_id=found.id, patients=(found.one_id, found.other_id), action="E")
    notify(request, _("The pair waits to be decided again."))
    return redirect("pair", pair_id=found.id)


def _rows(found: WeighedPair, actor: Actor) -> list[Row]:
    one, other, of = found.pair.one, found.pair.other, found.of_field
    swapped = of.get("names")
    numbers = _numbers((one.id, other.id), actor)
    rows = [
        Row(_("Family name"), one.family, other.family, of.get("family") or swapped),
        Row(_("Given names"), one.given, other.given, of.get("given") or swapped),
        Row(_("Suffix"), one.suffix, other.suffix, of.get("suffix")),
        Row(_("Name in use"), one.name_used, other.name_used),
        Row(_("Born"), born_text(one.birth_date), born_text(other.birth_date), of.get("birth_date")),
        Row(_("Sex"), one.get_gender_display(), other.get_gender_display(), of.get("gender")),
        Row(_("Phone"), phone_text(one.phone), phone_text(other.phone), of.get("phone")),
        Row(_("E-mail"), one.email, other.email, of.get("email")),
        Row(_("Address"), _address(one), _address(other), of.get("address")),
        Row(_("Numbers"), numbers[one.id], numbers[other.id], of.get("number")),
    ]
    return [row for row in rows if row.one or row.other]


def _address(patient: Patient) -> str:
    place = " ".join(filter(None, (patient.state, patient.postal_code)))
    return ", ".join(filter(None, (patient.line, patient.city, place)))


def _numbers(ids: tuple[UUID, UUID], actor: Actor) -> dict[UUID, str]:
    rows = scoped(PatientIdentifier, actor).filter(patient_id__in=ids).order_by("system", "id")
    known: dict[UUID, list[str]] = {key: [] for key in ids}
    for row in rows:
        known[row.patient_id].append(" ".join(filter(None, (row.type_code, row.masked))))
    return {key: ", ".join(those) for key, those in known.items()}
