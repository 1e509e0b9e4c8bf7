"""Whatever has a patient follows a merge, and every wall of it is one whose fall is noticed (A57)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.patients.following import followers
from osler.clinic.patients.merging import merge_patients, propose_merge
from osler.clinic.patients.models import MovedRow, Patient, PatientLink
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.constraints import constraint_of

_WITH_PATIENT = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND NOT a.attisdropped AND (a.attname LIKE 'patient%_id' OR a.attname = 'patient_id')
UNION
SELECT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'patients_patient'::regclass
"""
_UNIQUE = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) AND a.attname = 'patient_id'
WHERE i.indisunique OR i.indisexclusion
"""
ASIDE = {
    # The trail and the history of what was: never rewritten, questions to them ask for all ids.
    "audit_event", "audit_rowhistory",
    # Derived anew from patients and their numbers.
    "patients_searchtoken",
    # Pairs that may be one person name both charts for good; who is due to be looked at is derived.
    "patients_matchpair", "patients_matchdue",
    # What became of a row of a file, which made that chart; and the file, which is of nobody.
    "patients_importrow", "patients_importcontent",
    # The merge itself: which chart was merged into which.
    "patients_patient", "patients_patientlink",
}  # fmt: skip
DERIVED = {"fhir_searchvalue"}
"""It follows the resources that it is derived from."""
SETTLED = {
    # By rule: see each app's following.py.
    "patientgrant_once_at_a_time", "patientgrant_one_self_each_patient",
    "proposal_one_change_at_a_time", "appointment_asked_once_a_service",
    "coverage_one_of_a_priority_at_a_time", "patientidentifier_one_of_a_kind",
    "ownvalue_one_at_a_time",
    "familymember_once", "relatedperson_one_guarantor",
    "patientphoto_one_shown",
    # Derived anew.
    "patients_searchtoken_pkey",
}  # fmt: skip


def names(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def test_every_table_with_a_patient_follows_or_says_why_not(db):
    moving = names("SELECT name FROM patients_following()")

    assert moving == set(followers())
    assert names(_WITH_PATIENT) - ASIDE - DERIVED == moving
    assert names("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'at_survivor_update'") == (
        moving | DERIVED
    )


def test_every_unique_rule_about_a_patient_is_settled_when_charts_are_joined(db):
    assert names(_UNIQUE) == SETTLED


def refused(sql, *parameters):
    errors = (IntegrityError, ProgrammingError)
    with pytest.raises(errors) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(caught.value) or str(caught.value).partition("\n")[0]


INSERT = """
INSERT INTO patients_patientlink (id, version, survivor_id, duplicate_id, status, taken, conflicts, reason,
    proposed_by_id, decided_by_id, decided_at, undo_reason, last_event, allergies_open)
VALUES (uuidv7(), 1, %s, %s, %s, '{}', '{}', 'Same', %s, %s, now(), '', 0, false)
"""


def test_a_link_begins_as_a_proposal_in_ones_own_name(act, adam, bob, survivor, duplicate):
    with act(bob):
        assert (
            refused(INSERT, survivor.id, survivor.id, "proposed", bob.user_id, None)
            == "patientlink_of_two_charts"
        )
        merged = refused(INSERT, survivor.id, duplicate.id, "merged", bob.user_id, adam.user_id)
        assert merged == "patientlink_begins_proposed"
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [survivor.id, duplicate.id, "proposed", adam.user_id, None])
        assert PatientLink.objects.get().proposed_by_id == bob.user_id
        assert (
            refused(INSERT, survivor.id, duplicate.id, "proposed", bob.user_id, None)
            == "patientlink_proposed_once"
        )


def test_nobody_changes_a_link_or_a_plan_past_the_deeds(act, bob, adam, survivor, duplicate):
    with act(bob):
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=bob.user_id)
        link.save()
    for statement in (
        "UPDATE patients_patientlink SET status = 'merged'",
        "UPDATE patients_patientlink SET moving = pg_current_xact_id()",
        "DELETE FROM patients_patientlink",
        "UPDATE patients_movedrow SET returned = true",
        "INSERT INTO patients_movedrow SELECT * FROM patients_movedrow",
    ):
        with act(adam):
            assert refused(statement).startswith("permission denied")


STEPS = ("patients_move(%s)", "patients_move_back(%s, '{}', '{}')", "patients_finish_move(%s, 0)")


def test_rows_move_only_inside_the_steps_of_a_merge(act, bob, adam, survivor, duplicate):
    with act(bob):
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=bob.user_id)
        link.save()
    with act(adam):
        for step in STEPS:
            assert refused(f"SELECT {step}", link.id) == "patientlink_moves_in_its_deed"
        undone = refused("SELECT patients_begin_move(%s, 'unmerged', '')", link.id)
        assert undone == "patientlink_step_known"
        half = refused("SELECT patients_begin_move(%s, 'merged', '')", link.id)
        assert half == "patientlink_finished"
        closed = "UPDATE patients_patient SET active = false, replaced_by_id = %s WHERE id = %s"
        assert refused(closed, survivor.id, duplicate.id) == "patient_merged_is_closed"
        for table, rule in {
            "records_clinicalnote": "clinicalnote_signed_is_closed",
            "billing_invoice": "invoice_issued_is_frozen",
            "billing_invoiceline": "invoice_issued_is_frozen",
            "billing_payment": "ledger_append_only",
            "billing_journalentry": "ledger_append_only",
            "billing_posting": "ledger_append_only",
        }.items():
            assert (
                refused(
                    f"UPDATE {table} SET patient_id = %s WHERE patient_id = %s", survivor.id, duplicate.id
                )
                == rule
            )


FROZEN = {
    "records_clinicalnote": "subjective = 'Other'",
    "billing_invoice": "note = 'Other'",
    "billing_invoiceline": "description = 'Other'",
    "billing_payment": "memo = 'Other'",
    "billing_posting": "amount = amount + 1",
}


def test_while_rows_move_their_words_stay(act, bob, adam, survivor, duplicate):
    with act(bob):
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=bob.user_id)
        link.save()
    with act(adam), connection.cursor() as cursor:
        cursor.execute("SELECT patients_begin_move(%s, 'merged', '')", [link.id])
        for table, change in FROZEN.items():
            both = f"UPDATE {table} SET patient_id = %s, {change} WHERE patient_id = %s"
            assert (
                "closed" in (rule := refused(both, survivor.id, duplicate.id))
                or "frozen" in rule
                or "append" in rule
            )
        transaction.set_rollback(True)


def test_one_person_does_not_decide_alone_where_identities_differ(act, adam, petra, survivor, duplicate):
    with act(adam):
        Patient.objects.filter(id=duplicate.id).update(gender="male")
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=adam.user_id)
        link.save()
        assert refused("SELECT patients_begin_move(%s, 'merged', '')", link.id) == "patientlink_second_person"
        link.refresh_from_db()
        assert (link.status, link.conflicts) == ("proposed", ["gender"])
    with act(petra):
        other = refused("SELECT patients_begin_move(%s, 'merged', '')", link.id)
        assert other == "patientlink_finished"  # she may; but half a merge is none


def test_a_system_that_nobody_acts_for_cannot_merge(act, bob, organization, survivor, duplicate):
    with act(bob):
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=bob.user_id)
        link.save()
    with acting(SystemActor(organization.id)):
        nobody = refused("SELECT patients_begin_move(%s, 'merged', '')", link.id)
        assert nobody == "patientlink_decided_by_somebody"
        assert not MovedRow.objects.exists()


@pytest.fixture
def begun(act, bob, adam, survivor, duplicate):
    """A merge in the middle of which one stands; it is taken back in the end."""
    with act(bob):
        link = PatientLink(survivor=survivor, duplicate=duplicate, reason="Same", proposed_by_id=bob.user_id)
        link.save()
    with act(adam), connection.cursor() as cursor:
        cursor.execute("SELECT patients_begin_move(%s, 'merged', '')", [link.id])
        yield link
        transaction.set_rollback(True)


def test_a_chart_is_merged_into_one_other_at_a_time(begun, duplicate, adam):
    other = Patient(given="Other")
    other.save()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [other.id, duplicate.id, "proposed", adam.user_id, None])
    [second] = PatientLink.objects.filter(survivor=other)
    assert refused("SELECT patients_begin_move(%s, 'merged', '')", second.id) == "patientlink_merged_once"


def test_a_merged_chart_is_inactive_and_not_its_own_survivor(begun, survivor, duplicate):
    statement = "UPDATE patients_patient SET replaced_by_id = %s WHERE id = %s"
    assert refused(statement, survivor.id, duplicate.id) == "patient_replaced_is_inactive"


def test_an_undoing_names_who_did_it(act, adam, bob, organization, survivor, duplicate):
    with act(bob):
        link = propose_merge(duplicate, into=survivor, taken=(), reason="Same", actor=bob)
    with act(adam):
        merge_patients(link, version=link.version, actor=adam)
    with acting(SystemActor(organization.id)):
        nobody = refused("SELECT patients_begin_move(%s, 'unmerged', '')", link.id)
    assert nobody == "patientlink_undone_by_somebody"


def test_a_merged_chart_takes_no_rows_and_no_changes(act, adam, bob, survivor, duplicate):
    with act(bob):
        link = propose_merge(duplicate, into=survivor, taken=(), reason="Same", actor=bob)
    with act(adam), connection.cursor() as cursor:
        merge_patients(link, version=link.version, actor=adam)
        for statement in (
            "UPDATE patients_patient SET phone = '1' WHERE id = %s",
            "UPDATE patients_patient SET active = true, replaced_by_id = NULL WHERE id = %s",
        ):
            assert refused(statement, duplicate.id) == "patient_merged_is_closed"
        cursor.execute("UPDATE patients_flag SET patient_id = %s", [duplicate.id])
        cursor.execute("SELECT DISTINCT patient_id FROM patients_flag")
        assert cursor.fetchall() == [(survivor.id,)]
        born = Patient(given="Born merged", active=False, replaced_by=survivor)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            born.save()
        assert constraint_of(caught.value) == "patient_merged_is_closed"
        new = refused(INSERT, survivor.id, duplicate.id, "proposed", adam.user_id, None)
        assert new == "patientlink_of_live_charts"
