"""Setting what the desk asks: a draft is changed, looked at and put in force; an older edition comes back."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from osler.clinic.patients.desk_layout import INSURANCE, Layout, layout_in_force, layout_of, shipped_layout
from osler.clinic.patients.errors import DeskFieldUnfit, DeskPageFrozen, NotAmendable
from osler.clinic.patients.models import DeskField, DeskPage, DeskSection, OwnField
from osler.clinic.patients.models.desk_page import ALWAYS, OWN
from osler.clinic.patients.shapes import read_shape
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import STAMPED
from osler.kernel import clock
from osler.kernel.constraints import refusals

SECTION = frozenset({"title", "title_es", "position", "is_folded"})
PLACED = STAMPED | {"id", "page_id", "section_id", "own_id"}
COPIED = tuple(one.name for one in DeskField._meta.concrete_fields if one.attname not in PLACED)
FIELD = frozenset({*COPIED, "section"}) - {"name"}
AMENDED_ALONE = frozenset({"active"})
REGISTERED_ALONE = INSURANCE | {"contact_name", "contact_relationship", "contact_phone"}
MOST_FIELDS, MOST_SECTIONS = 80, 20


def begin_draft(*, actor: Actor) -> DeskPage:
    """A draft that is as what is in force; the one that is there already, if there is one."""
    decide(actor, "amend", DeskPage)
    found = draft_of(actor=actor)
    return found or _copy(layout_in_force(actor=actor), actor=actor)


def draft_of(*, actor: Actor) -> DeskPage | None:
    """The draft, if somebody has begun one."""
    return scoped(DeskPage, actor).filter(status=DeskPage.Status.DRAFT).first()


def amend_desk_field(
    field: DeskField, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> DeskField:
    """Show, hide, move, reword or require a field of a draft, or give it a rule."""
    decide(actor, "amend", field.page)
    field.require_version(version)
    _set(field, changes, FIELD)
    require_sense(field)
    with refusals():
        field.save()
    return field


def move_desk_field(field: DeskField, *, is_up: bool, version: int | None, actor: Actor) -> DeskField:
    """Let a field of a draft change places with its neighbour; the first goes no further up."""
    decide(actor, "amend", field.page)
    field.require_version(version)
    rows = list(DeskField.objects.filter(section_id=field.section_id).order_by("position", "id"))
    at = rows.index(field)
    to = at - 1 if is_up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    with refusals():
        for place, row in enumerate(rows):
            if row.position != 10 * (place + 1):
                row.position = 10 * (place + 1)
                row.save()
    return next(row for row in rows if row == field)


def add_own_field(field: DeskField, *, kind: str, actor: Actor) -> DeskField:
    """Ask something of the clinic's own, given as an unsaved field of a draft."""
    decide(actor, "amend", field.page)
    if field.page.fields.count() >= MOST_FIELDS:
        raise DeskFieldUnfit(_("A page has up to %d fields.") % MOST_FIELDS)
    if kind not in OwnField.Kind.values:
        raise DeskFieldUnfit(_("Please choose what kind of answer it has."), field="kind")
    own = OwnField(
        key=_free_key(field.label, scoped(OwnField, actor).values_list("key", flat=True)), kind=kind
    )
    field.own, field.name = own, f"{OWN}{own.key}"
    require_sense(field)
    with refusals():
        own.save(force_insert=True)
        field.save(force_insert=True)
    return field


def add_desk_section(section: DeskSection, *, actor: Actor) -> DeskSection:
    """Another part of the page, given as an unsaved section of a draft."""
    decide(actor, "amend", section.page)
    if section.page.sections.count() >= MOST_SECTIONS:
        raise DeskFieldUnfit(_("A page has up to %d sections.") % MOST_SECTIONS)
    section.title = " ".join(section.title.split())
    if not section.title:
        raise DeskFieldUnfit(_("Please enter a title."), field="title")
    section.key = _free_key(section.title, section.page.sections.values_list("key", flat=True))
    with refusals():
        section.save(force_insert=True)
    return section


def amend_desk_section(
    section: DeskSection, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> DeskSection:
    """Reword, move or fold a part of a draft."""
    decide(actor, "amend", section.page)
    section.require_version(version)
    _set(section, changes, SECTION)
    with refusals():
        section.save()
    return section


def publish_desk_page(draft: DeskPage, *, version: int | None, actor: Actor) -> DeskPage:
    """Ask so from now on; what was in force can be taken up again."""
    decide(actor, "amend", draft)
    draft.require_version(version)
    if draft.status != DeskPage.Status.DRAFT:
        raise DeskPageFrozen
    names = {field.name for field in layout_of(draft).fields}
    if not names.issuperset(ALWAYS):
        raise DeskFieldUnfit(_("The names cannot be left out: by them people are told apart."))
    with refusals():
        for older in scoped(DeskPage, actor).filter(status=DeskPage.Status.CURRENT).select_for_update():
            older.status = DeskPage.Status.FORMER
            older.save()
        draft.status, draft.published_at = DeskPage.Status.CURRENT, clock.now()
        draft.published_by_id = actor.user_id
        draft.save()
    return draft


def discard_draft(draft: DeskPage, *, version: int | None, actor: Actor) -> None:
    """Forget a draft; what is in force stays."""
    decide(actor, "amend", draft)
    draft.require_version(version)
    if draft.status != DeskPage.Status.DRAFT:
        raise DeskPageFrozen
    draft.delete()


def restore_desk_page(former: DeskPage, *, actor: Actor) -> DeskPage:
    """Ask again as an older edition did, which comes back as a new one; a draft that is there stays aside."""
    decide(actor, "amend", former)
    if draft := draft_of(actor=actor):
        raise DeskPageFrozen(
            _("A draft is there (edition %d). Put it in force or discard it first.") % draft.edition
        )
    made = _copy(layout_of(former), actor=actor)
    return publish_desk_page(made, version=None, actor=actor)


def restore_shipped_page(*, actor: Actor) -> DeskPage:
    """Ask again as it is shipped."""
    decide(actor, "amend", DeskPage)
    if draft_of(actor=actor):
        raise DeskPageFrozen(_("A draft is there. Put it in force or discard it first."))
    return publish_desk_page(_copy(shipped_layout(), actor=actor), version=None, actor=actor)


def _copy(layout: Layout, *, actor: Actor) -> DeskPage:
    latest = scoped(DeskPage, actor).aggregate(latest=Max("edition"))["latest"] or 0
    page = DeskPage(edition=latest + 1)
    with refusals():
        page.save(force_insert=True)
        for part in layout.parts:
            words = {name: getattr(part.section, name) for name in SECTION}
            section = DeskSection(page=page, key=part.section.key, **words)
            section.save(force_insert=True)
            for one in part.fields:
                said = {name: getattr(one, name) for name in COPIED}
                DeskField(page=page, section=section, own_id=one.own_id, **said).save(force_insert=True)
    return page


def require_sense(field: DeskField) -> None:
    """Refuse with DeskFieldUnfit or ShapeWrong a field that contradicts itself."""
    for is_so, name, words in _contradictions(field):
        if is_so:
            raise DeskFieldUnfit(words, field=name)
    if field.shape:
        read_shape(field.shape)
    if field.own is not None and field.own.kind == OwnField.Kind.CHOICE:
        codes = [choice.code for choice in field.choices]
        if len(codes) < 2 or len(set(codes)) < len(codes) or not all(codes):
            words = _("Enter two answers or more, each with a code of its own.")
            raise DeskFieldUnfit(words, field="options")


def _contradictions(field: DeskField) -> list[tuple[bool, str, str]]:
    """What no field may be: whether this one is so, where that is said, and how."""
    is_everywhere = field.at_registration and field.at_amendment
    is_turned_round = field.least is not None and field.most is not None and field.least > field.most
    return [
        (field.section.page_id != field.page_id, "section", _("Please choose a section of this page.")),
        (field.own is not None and not field.label.strip(), "label", _("Please enter a label.")),
        (
            field.name in ALWAYS and not is_everywhere,
            "at_registration",
            _("The names cannot be left out: by them people are told apart."),
        ),
        (
            field.name == "family" and not field.is_required,
            "is_required",
            _("Nobody is registered without a family name."),
        ),
        (
            field.name in AMENDED_ALONE and field.at_registration,
            "at_registration",
            _("This is not asked at registration."),
        ),
        (
            field.name in REGISTERED_ALONE and field.at_amendment,
            "at_amendment",
            _("This has a page of its own later."),
        ),
        (
            field.is_required and not field.at_registration,
            "is_required",
            _("What is required is shown at registration."),
        ),
        (is_turned_round, "most", _("The most is less than the least.")),
    ]


def _free_key(words: str, taken: Any) -> str:
    """A key of its own; an administrator never sees it."""
    stem = slugify(words).replace("-", "_")[:30].strip("_") or "field"
    known = set(taken)
    names = [stem, *(f"{stem}_{number}" for number in range(2, len(known) + 3))]
    return next(name for name in names if name not in known)


def _set(row: Any, changes: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(changes) - allowed)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(row, name, value)
