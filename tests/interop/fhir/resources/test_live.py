"""What Coverage, ChargeItem, Invoice and Communication say, made from our rows."""

import base64
import json
from decimal import Decimal

import pytest
from django.db import connection

from osler.clinic.billing.charges.capturing import mark_not_billable
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.models import ChargeItem, Invoice
from osler.clinic.communication.models import Message
from osler.clinic.communication.threads import mark_read, send_message
from osler.clinic.insurance.covering import amend_coverage
from osler.clinic.insurance.models import Coverage
from osler.clinic.intake.models import Consent, QuestionnaireResponse
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.verdict import validate
from tests.clinic.billing.conftest import rename_all
from tests.conftest import new_patient
from tests.interop.fhir.conftest import Api, bring, rows
from tests.interop.fhir.deeds import state
from tests.interop.fhir.holdings import (
    LIVE,
    MEMBER,
    WORDS,
    as_reader,
    charged,
    clinic,
    insured,
    invoice,
    prices,
    said,
    signed,
    thread,
    visit,
)

__all__ = ["as_reader", "charged", "clinic", "insured", "invoice", "prices", "signed", "thread", "visit"]


@pytest.mark.parametrize("name", LIVE)
def test_what_the_clinic_holds_is_read_searched_and_exported_alike(
    name, clinic, as_reader, organization, tmp_path
):
    api = as_reader(name)
    export_resources(tmp_path, actor=SystemActor(organization.id))

    read = [said(api, name, key) for key in clinic[name]]
    found = sorted(api.found(f"/{name}"), key=lambda each: each["id"])
    exported = [read_json(line) for line in (tmp_path / f"{name}.ndjson").read_text().splitlines()]

    assert [validate(each) for each in read] == [[] for _ in clinic[name]]
    assert [each["id"] for each in read] == [str(key) for key in clinic[name]]
    assert json.dumps(found, default=float) == json.dumps(read, default=float)
    assert exported == read


def test_a_coverage_is_the_card_with_its_member_id(act, bob, clinic, insured, dana_patient):
    with act(bob):
        changes = {
            "plan_name": "Gold",
            "group_number": "G-7",
            "relationship": "spouse",
            "subscriber_name": "Leo",
        }
        amend_coverage(insured, changes=changes, version=1, actor=bob)

    found = said(Api(bob), "Coverage", insured.id)

    assert found.pop("meta")["versionId"] == "2"
    system = "http://terminology.hl7.org/CodeSystem/"
    assert found == {
        "resourceType": "Coverage",
        "id": str(insured.id),
        "identifier": [{"type": {"coding": [{"system": system + "v2-0203", "code": "MB"}]}, "value": MEMBER}],
        "status": "active",
        "subscriber": {"display": "Leo"},
        "subscriberId": MEMBER,
        "beneficiary": {"reference": f"Patient/{dana_patient.id}"},
        "relationship": {"coding": [{"system": system + "subscriber-relationship", "code": "spouse"}]},
        "period": {"start": "2020-01-01"},
        "payor": [{"type": "Organization", "display": "Acme Health"}],
        "class": [
            {"type": {"coding": [{"system": system + "coverage-class", "code": "group"}]}, "value": "G-7"},
            {"type": {"coding": [{"system": system + "coverage-class", "code": "plan"}]}, "value": "Gold"},
        ],
        "order": 1,
        "costToBeneficiary": [
            {
                "type": {"coding": [{"system": system + "coverage-copay-type", "code": "copay"}]},
                "valueMoney": {"value": Decimal("30.00"), "currency": "USD"},
            }
        ],
    }


def test_a_charge_says_what_for_how_much_and_why_not(act, bill, clinic, visit, charged, dana_patient):
    charge = charged()
    with act(bill):
        mark_not_billable(charge, reason="Courtesy", actor=bill)

    first, last = (said(Api(bill), "ChargeItem", key) for key in (clinic["ChargeItem"][0], charge.id))

    assert (first["status"], first["context"]) == ("billed", {"reference": f"Encounter/{visit.id}"})
    assert (last["status"], last["note"]) == ("not-billable", [{"text": "Courtesy"}])
    assert last["code"] == {"coding": [{"code": "99213", "display": "Office visit"}], "text": "Office visit"}
    assert last["priceOverride"] == {"value": Decimal("118.00"), "currency": "USD"}
    assert last["quantity"] == {"value": 1}
    assert last["occurrenceDateTime"] == "2026-03-02"
    assert last["subject"] == {"reference": f"Patient/{dana_patient.id}"}


def test_a_charge_without_a_price_is_valid_too(bill, charged):
    found = said(Api(bill), "ChargeItem", charged("99499").id)

    assert (found["status"], "priceOverride" in found, validate(found)) == ("planned", False, [])


def test_an_invoice_is_the_paper_whatever_its_parties_are_called_later(
    act, bill, clinic, invoice, insured, organization, dana_patient
):
    before = said(Api(bill), "Invoice", invoice.id)
    with act(SystemActor(organization.id)):
        rename_all(Invoice.objects.get())

    assert said(Api(bill), "Invoice", invoice.id) == before
    assert before["identifier"] == [{"system": "urn:osler:invoice-number", "value": "INV-000001"}]
    assert before["subject"] == {"reference": f"Patient/{dana_patient.id}", "display": "Dana Rivera"}
    assert before["recipient"] == before["subject"]
    assert before["issuer"] == {"reference": f"Organization/{organization.id}", "display": "Test Clinic"}
    assert before["extension"] == [
        {
            "url": "urn:osler:coverage",
            "valueReference": {"reference": f"Coverage/{insured.id}", "display": "Acme Health"},
        }
    ]
    assert before["lineItem"] == [
        {
            "sequence": place,
            "priceComponent": [{"type": "base", "amount": {"value": Decimal(amount), "currency": "USD"}}],
            "chargeItemReference": {"reference": f"ChargeItem/{charge}", "display": words},
        }
        for place, charge, amount, words in (
            (1, clinic["ChargeItem"][0], "118.00", "99213 Office visit"),
            (2, clinic["ChargeItem"][1], "24.50", "4548-4 HbA1c"),
        )
    ]
    assert before["totalGross"] == before["totalNet"] == {"value": Decimal("142.50"), "currency": "USD"}
    assert before["paymentTerms"] == f"Due {invoice.due_on.isoformat()}"
    assert before["note"] == [{"text": "Thank you"}]


def test_a_credit_note_says_what_it_credits(act, bill, invoice):
    with act(bill):
        note = credit_invoice(invoice, reason="Wrong visit", actor=bill)

    found, credited = (said(Api(bill), "Invoice", row.id) for row in (note, invoice))

    assert validate(found) == []
    assert found["type"]["text"] == "Credit note"
    assert found["extension"][1] == {
        "url": "urn:osler:credits",
        "valueReference": {"reference": f"Invoice/{invoice.id}", "display": "INV-000001"},
    }
    assert found["lineItem"][1]["chargeItemCodeableConcept"]["text"] == "HbA1c"
    assert found["lineItem"][1]["priceComponent"][0]["amount"]["value"] == Decimal("-24.50")
    assert "paymentTerms" not in found
    assert credited["status"] == "cancelled"


def test_a_message_says_who_wrote_to_whom_and_its_words(act, alice, dana, dora, clinic, thread, dana_patient):
    with act(dana):
        mark_read(thread, actor=dana)
    with act(dora):
        send_message(thread, body="I write for her.", actor=dora)

    found = Api(alice).found("/Communication?_sort=sent")

    patient, clinic_here = f"Patient/{dana_patient.id}", f"Organization/{dana_patient.organization_id}"
    assert [each["payload"] for each in found] == [
        [{"contentString": words}] for words in (WORDS, "No.", "I write for her.")
    ]
    assert [each["sender"] for each in found] == [
        {"reference": patient, "display": "Dana Rivera"},
        {"reference": f"Practitioner/{alice.practitioner_id}", "display": "Alice Bell"},
        {"display": "Dora Rivera"},
    ]
    assert [each["recipient"][0]["reference"] for each in found] == [clinic_here, patient, clinic_here]
    assert ["received" in each for each in found] == [False, True, False]
    assert {each["topic"]["text"] for each in found} == {"Cough"}
    assert {each["extension"][0]["valueUuid"] for each in found} == {f"urn:uuid:{thread.id}"}


@pytest.mark.parametrize("name", LIVE)
def test_nothing_of_it_is_written_down_a_second_time(name, clinic, organization):
    assert [row.resource for row in rows(organization, TABLES[name].model)] == [None] * len(clinic[name])


def test_what_is_sealed_leaves_the_vault_for_the_answer_alone(clinic, alice, organization):
    Api(alice).found("/Communication")
    Api(alice).found("/Coverage")

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.org', %s, true)", [str(organization.id)])
        for table in ("communication_message", "insurance_coverage", "audit_event", "audit_rowhistory"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            [text] = cursor.fetchone()
            assert MEMBER not in (text or "") and WORDS not in (text or ""), table


def test_a_value_that_cannot_be_opened_is_said_to_be_damaged_and_hides_no_other(
    act, clinic, alice, insured, organization, tmp_path
):
    with act(SystemActor(organization.id)):
        first, last = Message.objects.order_by("sent_at")
        Message.objects.filter(id=last.id).update(body_sealed=first.body_sealed)
        Coverage.objects.update(member_id_sealed=first.body_sealed)
    damaged = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "error"}
        ]
    }

    words = [each["payload"][0] for each in Api(alice).found("/Communication?_sort=sent")]
    card = said(Api(alice), "Coverage", insured.id)
    written = export_resources(tmp_path, actor=SystemActor(organization.id))

    assert words == [{"contentString": WORDS}, {"_contentString": damaged}]
    assert (card["_subscriberId"], card["identifier"][0]["_value"]) == (damaged, damaged)
    assert "subscriberId" not in card
    assert (written["Communication"], written["Coverage"]) == (2, 1)
    for name in ("Communication", "Coverage"):
        for line in (tmp_path / f"{name}.ndjson").read_text().splitlines():
            assert validate(read_json(line)) == []


def test_an_export_that_comes_back_changes_nothing(clinic, organization, tmp_path):
    export_resources(tmp_path, actor=SystemActor(organization.id))
    before = state(organization)

    for name in LIVE:
        resources = [read_json(line) for line in (tmp_path / f"{name}.ndjson").read_text().splitlines()]
        tally = bring(organization, *resources)
        assert (tally.unchanged, tally.total) == (len(clinic[name]), len(clinic[name]))
        tally = bring(organization, {**resources[0], "language": "es"})
        [refusal] = tally.refusals
        assert "is the clinic's own and says otherwise here" in refusal.reason

    assert state(organization) == before


def test_an_export_of_one_patient_has_hers_alone(
    act, bill, clinic, charged, organization, dana_patient, tmp_path
):
    other = new_patient(organization, given="Ann", family="Other")
    charge = charged(patient=other)

    written = export_resources(tmp_path, actor=SystemActor(organization.id), patient=other.id)

    assert {name: written.get(name, 0) for name in LIVE} == {
        "ChargeItem": 1,
        "Communication": 0,
        "Consent": 0,
        "Coverage": 0,
        "Invoice": 0,
        "QuestionnaireResponse": 0,
    }
    assert json.loads((tmp_path / "ChargeItem.ndjson").read_text())["id"] == str(charge.id)


def test_the_types_are_these():
    assert {name: TABLES[name].model for name in LIVE} == {
        "ChargeItem": ChargeItem,
        "Communication": Message,
        "Consent": Consent,
        "Coverage": Coverage,
        "Invoice": Invoice,
        "QuestionnaireResponse": QuestionnaireResponse,
    }


def test_what_was_signed_and_answered(clinic, alice, dana_patient, organization):
    patient = {"reference": f"Patient/{dana_patient.id}"}
    (consent,) = Api(alice).found("/Consent")
    (response,) = Api(alice).found("/QuestionnaireResponse")

    assert validate(consent) == validate(response) == []
    assert (consent["status"], consent["patient"], consent["scope"]["coding"][0]["code"]) == (
        "active",
        patient,
        "treatment",
    )
    assert base64.b64decode(consent["sourceAttachment"]["data"]) == b"I agree."
    assert consent["performer"] == [{**patient, "display": "Dana Rivera"}]
    assert (response["status"], response["subject"], response["source"]) == ("completed", patient, patient)
    assert response["item"] == [
        {"linkId": "reason", "text": "What brings you?", "answer": [{"valueString": WORDS}]}
    ]


def test_a_card_of_another_patients_contract_refers_to_him(act, bob, clinic, insured, organization):
    mother = new_patient(organization, given="Rosa")
    with act(bob):
        changes = {"relationship": "child", "subscriber_patient": mother}
        amend_coverage(insured, changes=changes, version=1, actor=bob)

    found = said(Api(bob), "Coverage", insured.id)
    assert found["subscriber"] == {"reference": f"Patient/{mother.id}", "display": "Rosa Rivera"}
