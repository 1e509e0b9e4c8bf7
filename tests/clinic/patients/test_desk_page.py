"""The desk's page as data: drafts, editions, rules, the clinic's own fields; what is refused and by whom."""

import pytest

from osler.clinic.patients.desk_layout import AMENDMENT, REGISTRATION, layout_in_force, shipped_layout
from osler.clinic.patients.desk_page import (
    add_desk_section,
    amend_desk_field,
    amend_desk_section,
    begin_draft,
    discard_draft,
    draft_of,
    move_desk_field,
    publish_desk_page,
    restore_desk_page,
    restore_shipped_page,
)
from osler.clinic.patients.errors import (
    DeskFieldUnfit,
    DeskPageFrozen,
    NotAmendable,
)
from osler.clinic.patients.models import (
    DeskField,
    DeskPage,
    DeskSection,
    OwnField,
)
from osler.clinic.patients.shapes import ShapeWrong
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.patients.desk_pages import applied, change, draft, names, own, refused

pytestmark = pytest.mark.django_db
__all__ = ["applied", "change", "draft"]

# Setting the page


def test_what_is_shipped_is_in_force_until_something_else_is(act, adam, draft):
    with act(adam):
        layout = layout_in_force(actor=adam)
        assert layout.page is None
        assert [one.name for one in layout.required] == ["given", "family", "birth_date", "phone", "gender"]
        assert [one.name for one in draft.fields.order_by("section__position", "position")] == [
            one.name for one in shipped_layout().fields
        ]
        assert begin_draft(actor=adam) == draft


def test_a_draft_applies_when_it_is_put_in_force_and_the_old_comes_back(act, adam, change, applied):
    change("name_used", at_registration=False)
    change("email", is_required=True, label="Mail", label_es="Correo")
    with act(adam):
        assert layout_in_force(actor=adam).page is None
    first = applied()
    with act(adam):
        layout = layout_in_force(actor=adam)
        assert (layout.page, "name_used" in names(layout, REGISTRATION)) == (first, False)
        assert "name_used" in names(layout, AMENDMENT)
        assert [one.told_label for one in layout.required][-1] == "Mail"

        second = restore_shipped_page(actor=adam)
        assert len(layout_in_force(actor=adam).required) == 5
        third = restore_desk_page(DeskPage.objects.get(id=first.id), actor=adam)
        assert len(layout_in_force(actor=adam).required) == 6
        assert list(DeskPage.objects.order_by("edition").values_list("edition", "status")) == [
            (first.edition, "former"),
            (second.edition, "former"),
            (third.edition, "current"),
        ]


def test_fields_change_places_and_sections(act, adam, draft):
    with act(adam):
        given = draft.fields.get(name="given")
        move_desk_field(given, is_up=True, version=1, actor=adam)
        assert order(draft, "person")[:2] == ["given", "family"]
        moved = move_desk_field(given, is_up=False, version=given.version, actor=adam)
        assert order(draft, "person")[:2] == ["family", "given"]
        with pytest.raises(StaleVersion):
            move_desk_field(moved, is_up=True, version=77, actor=adam)

        section = add_desk_section(DeskSection(page=draft, title=" Work  place ", position=25), actor=adam)
        assert (section.title, section.key) == ("Work place", "work_place")
        email = draft.fields.get(name="email")
        amend_desk_field(email, changes={"section": section}, version=1, actor=adam)
        assert order(draft, "work_place") == ["email"]
        amend_desk_section(section, changes={"is_folded": True}, version=1, actor=adam)
        assert DeskSection.objects.get(id=section.id).is_folded


def order(draft, key):
    return list(
        draft.fields.filter(section__key=key).order_by("position", "id").values_list("name", flat=True)
    )


def test_a_draft_is_discarded_without_a_trace(act, adam, draft, change):
    change("email", is_required=True)
    with act(adam):
        discard_draft(DeskPage.objects.get(), version=1, actor=adam)
        assert (draft_of(actor=adam), DeskField.objects.count()) == (None, 0)
        assert layout_in_force(actor=adam) == shipped_layout()


def test_more_than_eight_required_are_much(act, adam, draft, change, applied):
    for name in ("email", "line", "city"):
        change(name, is_required=True)
    with act(adam):
        applied()
        assert not layout_in_force(actor=adam).is_much
        begun = begin_draft(actor=adam)
        field = begun.fields.get(name="state")
        amend_desk_field(field, changes={"is_required": True}, version=1, actor=adam)
        publish_desk_page(begun, version=1, actor=adam)
        assert layout_in_force(actor=adam).is_much


@pytest.mark.parametrize(
    ("name", "changes", "refusal", "field"),
    [
        ("given", {"at_registration": False}, DeskFieldUnfit, "at_registration"),
        ("family", {"at_amendment": False}, DeskFieldUnfit, "at_registration"),
        ("family", {"is_required": False}, DeskFieldUnfit, "is_required"),
        ("email", {"is_required": True, "at_registration": False}, DeskFieldUnfit, "is_required"),
        ("email", {"least": 9, "most": 3}, DeskFieldUnfit, "most"),
        ("email", {"shape": "#{"}, ShapeWrong, "shape"),
        ("email", {"name": "given"}, NotAmendable, "name"),
        ("active", {"at_registration": True}, DeskFieldUnfit, "at_registration"),
        ("payer", {"at_amendment": True}, DeskFieldUnfit, "at_amendment"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(act, adam, draft, name, changes, refusal, field):
    with act(adam):
        before = DeskField.objects.filter(name=name).values().get()
        with pytest.raises(refusal) as refused:
            row = draft.fields.get(name=name)
            amend_desk_field(row, changes=changes, version=1, actor=adam)

        assert refused.value.field == field
        assert DeskField.objects.filter(name=name).values().get() == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "image"}, "kind"),
        ({"label": " "}, "label"),
        ({"kind": "choice", "options": "a | A"}, "options"),
        ({"kind": "choice", "options": "a | A\na | B"}, "options"),
    ],
)
def test_a_field_of_the_clinics_own_that_makes_no_sense_is_refused(act, adam, draft, fields, field):
    with act(adam):
        with pytest.raises(DeskFieldUnfit) as refused:
            own(draft, adam, **fields)

        assert refused.value.field == field
        assert not OwnField.objects.exists()


def test_what_was_in_force_is_changed_by_nobody(act, adam, draft, applied):
    applied()
    with act(adam):
        field = draft.fields.get(name="email")
        with pytest.raises(DeskPageFrozen):
            amend_desk_field(field, changes={"is_required": True}, version=1, actor=adam)
        with pytest.raises(DeskPageFrozen):
            discard_draft(DeskPage.objects.get(), version=None, actor=adam)
        with pytest.raises(DeskPageFrozen):
            publish_desk_page(DeskPage.objects.get(), version=None, actor=adam)
        begin_draft(actor=adam)
        with pytest.raises(DeskPageFrozen):
            restore_shipped_page(actor=adam)

        assert not DeskField.objects.filter(name="email", is_required=True).exists()


@pytest.mark.parametrize("who", ["bob", "alice", "petra", "dana"])
def test_only_the_administrator_sets_it(act, draft, request, who):
    actor = request.getfixturevalue(who)
    with act(actor):
        with pytest.raises((Denied, Missing)):
            publish_desk_page(draft, version=None, actor=actor)
        with pytest.raises((Denied, Missing)):
            restore_shipped_page(actor=actor)

        assert DeskPage.objects.get().status == "draft"


def test_a_field_that_a_later_release_brings_is_there_without_a_new_edition(act, adam, draft, applied):
    with act(adam):
        draft.fields.filter(
            name__in=["phone", "contact_name", "contact_phone", "contact_relationship"]
        ).delete()
        draft.sections.filter(key="emergency").delete()
    applied()
    with act(adam):
        layout = layout_in_force(actor=adam)
        assert names(layout, REGISTRATION)[:5] == ["given", "family", "birth_date", "gender", "phone"]
        assert layout.parts[-1].section.key == "emergency"
        assert [one.name for one in layout.required] == ["given", "family", "birth_date", "gender"]
        assert [one.name for one in shipped_layout().required][3] == "phone"
        assert begin_draft(actor=adam).fields.count() == len(shipped_layout().fields)


# What the database refuses, as the web role


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (
            "UPDATE patients_deskfield SET at_registration = false WHERE name = 'given'",
            "deskfield_names_stay",
        ),
        (
            "UPDATE patients_deskfield SET is_required = false WHERE name = 'family'",
            "deskfield_family_required",
        ),
        (
            "UPDATE patients_deskfield SET at_registration = false WHERE name = 'phone'",
            "deskfield_required_is_shown",
        ),
        (
            "UPDATE patients_deskfield SET least = 2, most = 1 WHERE name = 'email'",
            "deskfield_range_in_order",
        ),
        ("UPDATE patients_deskfield SET label = '' WHERE own_id IS NOT NULL", "deskfield_own_has_label"),
        ("UPDATE patients_deskfield SET name = 'city' WHERE name = 'email'", "deskfield_one_of_a_name"),
        ("UPDATE patients_desksection SET key = 'more' WHERE key = 'person'", "desksection_one_of_a_key"),
        ("UPDATE patients_deskpage SET status = 'current'", "deskpage_says_who_published"),
        ("UPDATE patients_deskpage SET edition = 9", "deskpage_in_force_is_frozen"),
        (
            "INSERT INTO patients_deskpage (id, version, edition, status) VALUES (uuidv7(), 1, 9, 'draft')",
            "deskpage_one_draft",
        ),
        ("UPDATE patients_ownfield SET kind = 'date'", "ownfield_kind_stays"),
        (
            "INSERT INTO patients_ownfield (id, version, key, kind) VALUES (uuidv7(), 1, 'village', 'text')",
            "ownfield_one_of_a_key",
        ),
    ],
)
def test_what_no_draft_may_be(act, adam, draft, statement, rule):
    with act(adam):
        own(draft, adam)
        assert refused(statement) == rule


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_deskfield SET is_required = true WHERE name = 'email'",
        "UPDATE patients_desksection SET title = 'x'",
        "DELETE FROM patients_deskfield",
        "DELETE FROM patients_deskpage",
        "UPDATE patients_deskpage SET status = 'draft'",
        "INSERT INTO patients_desksection (id, version, page_id, key, title, title_es, position, is_folded)"
        " SELECT uuidv7(), 1, id, 'x', '', '', 1, false FROM patients_deskpage",
    ],
)
def test_an_edition_in_force_is_frozen(act, adam, applied, statement):
    applied()
    with act(adam):
        assert refused(statement) == "deskpage_in_force_is_frozen"


def test_one_edition_is_in_force_and_editions_are_counted(act, adam, applied):
    applied()
    insert = (
        "INSERT INTO patients_deskpage (id, version, edition, status, published_at, published_by_id)"
        " SELECT uuidv7(), 1, %s, %s, now(), published_by_id FROM patients_deskpage"
    )
    with act(adam):
        assert refused(insert, 2, "current") == "deskpage_one_in_force"
        assert refused(insert, 1, "former") == "deskpage_edition_unique"
