"""Rows of the clinic whose FHIR texts are made when they are asked for."""

import pytest

from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.communication.threads import open_thread, send_message
from osler.clinic.intake.models import Consent, ConsentForm, QuestionnaireResponse
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.tables import TABLES
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.clinic.billing.conftest import charged, insured, prices, visit
from tests.interop.fhir.conftest import Api, rows

__all__ = ["charged", "insured", "prices", "visit"]

LIVE = sorted(name for name, table in TABLES.items() if table.is_live)
READERS = {
    "ChargeItem": "bill",
    "Communication": "alice",
    "Consent": "bob",
    "Coverage": "bob",
    "Invoice": "bill",
    "QuestionnaireResponse": "alice",
}
MEMBER, WORDS = "W123", "Is the cough a side effect?"


@pytest.fixture
def invoice(act, bill, insured, charged, visit):
    """Dana's visit and a test of it: she owes 30.00, her insurer 112.50."""
    row = charged(encounter=visit, origin=f"encounter:{visit.id}")
    test = charged("4548-4", encounter=visit, origin="order:1")
    with act(bill):
        return issue_invoice([row, test], note="Thank you", actor=bill)


@pytest.fixture
def thread(act, dana, alice, dana_patient):
    """Dana asks, Alice answers."""
    with act(dana):
        thread = open_thread(dana_patient, subject="Cough", body=WORDS, actor=dana)
    with act(alice):
        send_message(thread, body="No.", actor=alice)
    return thread


def sign_and_answer(patient):
    """A text signed and a question answered before a visit; in the clinic that acts."""
    form = ConsentForm.objects.first()
    if form is None:
        form = ConsentForm(key="treatment", title="Treatment", body="I agree.", published_at=clock.now())
        form.save()
    given = {"patient": patient, "organization_id": patient.organization_id}
    Consent(form=form, signer_name="Dana Rivera", signed_at=clock.now(), session="s", **given).save()
    response = QuestionnaireResponse(proposal_id=uuid7(), authored_at=clock.now(), **given)
    response.items = [{"link_id": "reason", "text": "What brings you?", "answers": [WORDS]}]
    response.save()
    return response


@pytest.fixture
def signed(act, organization, dana_patient):
    """Dana has signed a text and answered a question before her visit."""
    with act(SystemActor(organization.id)):
        return sign_and_answer(dana_patient)


@pytest.fixture
def clinic(invoice, thread, signed, organization):
    """All that the clinic holds of these types, by type: ids, oldest first."""
    return {name: [row.id for row in rows(organization, TABLES[name].model)] for name in LIVE}


@pytest.fixture
def as_reader(request):
    return lambda name, scope="user/*.cruds": Api(request.getfixturevalue(READERS[name]), scope)


def said(api, name, key):
    answer = api.get(f"/{name}/{key}")
    assert answer.status_code == 200, answer.content
    return read_json(answer.content)
