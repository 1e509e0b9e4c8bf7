"""What a migration makes of the invoices that are there."""

from decimal import Decimal

import psycopg
from django.core.management import call_command

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import Invoice
from osler.clinic.insurance.models import Coverage, Payer
from osler.foundation.access.roles import Role
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests.clinic.billing.conftest import DAY, LONG_AGO, rename_all
from tests.conftest import new_actor, new_patient
from tests.databases import CLUSTER

BEFORE = """
ALTER TABLE billing_invoice DROP COLUMN printed CASCADE;
DO $$
DECLARE
    later record;
BEGIN
    FOR later IN SELECT tgname, tgrelid::regclass AS target FROM pg_trigger
        WHERE tgname IN ('at_survivor_insert', 'at_survivor_update')
          AND tgrelid::regclass::text LIKE 'billing\\_%'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', later.tgname, later.target);
    END LOOP;
END $$;
DROP FUNCTION billing_keep_in_bounds_moved CASCADE;
DELETE FROM django_migrations WHERE app = 'billing' AND name >= '0007';
"""


def issued(act, organization, bill):
    """An invoice of one whose card and address are known, and a credited one of another without either."""
    patients = [new_patient(organization), new_patient(organization, given="", family="")]
    with act(SystemActor(organization.id)):
        payer = Payer.objects.create(name="Acme Health")
        coverage = Coverage(patient=patients[0], payer=payer, period=(LONG_AGO, None))
        coverage.save()
        schedule = fee_schedule(actor=bill)
        set_fee(schedule, code="1", description="Visit", amount=Decimal(5), starts_on=LONG_AGO, actor=bill)
        charges = [
            capture_charge(f"hand:{uuid7()}", patient=each, service=Service("1", DAY), actor=bill)
            for each in patients
        ]
        invoices = [issue_invoice([charge], actor=bill) for charge in charges]
        credit_invoice(invoices[1], reason="Wrong", actor=bill)
        Invoice(patient=patients[0]).save()
    return invoices


def test_issued_invoices_of_before_keep_the_names_of_the_day_of_the_upgrade(live_clinic, act):
    organization = live_clinic.organization
    bill = new_actor(organization, Role.BILLING, "Bill Fox")
    invoices = issued(act, organization, bill)
    with act(SystemActor(organization.id)):
        patient = invoices[0].patient
        rename_all(invoices[0])
        expected = {
            "language": "es",
            "paper": "us-letter",
            "clinic": {
                "name": "Other Practice",
                "lines": ["9 Far Rd", "Nome, AK 99762", "999-9999 · far@away.test",
                          "Número fiscal 99-9 · NPI 1999999999"],
                "reach": "999-9999",
            },
            "patient": {
                "name": "Robin Elsewhere Jr.", "lines": ["9 Far Rd", "Nome, AK 99762"],
                "birth_date": "1999-09-09", "mrn": patient.mrn,
            },
            "payer": "Other Mutual",
        }  # fmt: skip
        versions = dict(Invoice.objects.values_list("id", "version"))
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as admin:
        admin.execute(BEFORE)

    call_command("migrate", verbosity=0, skip_checks=True)

    with act(SystemActor(organization.id)):
        found = {row.id: row for row in Invoice.objects.all()}
        nameless, note = found[invoices[1].id].printed, Invoice.objects.get(series="CRN").printed
        [draft] = [row for row in found.values() if row.status == "draft"]
        assert found[invoices[0].id].printed == expected
        assert nameless["patient"]["name"] == "Unnamed"
        assert (nameless["patient"]["lines"], nameless["payer"]) == ([], "")
        assert note == nameless
        assert draft.printed is None
        assert {key: row.version for key, row in found.items()} == versions
