from django.db import migrations

from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect

PLAN_OF_ITS_PAYER = """
ALTER TABLE insurance_coverage ADD CONSTRAINT coverage_plan_of_its_payer
FOREIGN KEY (plan_id, payer_id) REFERENCES insurance_insuranceplan (id, payer_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0004_plans_and_eligibility"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("insurance_insuranceplan"),
        Protect("insurance_eligibilitycheck", patient="patient_id"),
        LetFollow("insurance_eligibilitycheck"),
        migrations.RunSQL(
            PLAN_OF_ITS_PAYER,
            "ALTER TABLE insurance_coverage DROP CONSTRAINT coverage_plan_of_its_payer",
        ),
    ]
