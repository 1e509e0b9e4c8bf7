from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0001_records_tables"), ("audit", "0001_audit_tables")]
    operations = [
        Protect("records_encounter", patient="patient_id"),
        Protect("records_condition", patient="patient_id"),
        Protect("records_allergyintolerance", patient="patient_id"),
        Protect("records_observation", patient="patient_id"),
        Protect("records_observationcomponent", patient="patient_id"),
        Protect("records_medicationrequest", patient="patient_id"),
        Protect("records_medicationstatement", patient="patient_id"),
        Protect("records_clinicalnote", patient="patient_id"),
        Protect("records_servicerequest", patient="patient_id"),
        Protect("records_careplan", patient="patient_id"),
        Protect("records_procedure", patient="patient_id"),
        Protect("records_immunization", patient="patient_id"),
        Protect("records_diagnosticreport", patient="patient_id"),
        migrations.RunSQL(SQL.joinpath("0001_signed_notes.sql").read_text()),
    ]
