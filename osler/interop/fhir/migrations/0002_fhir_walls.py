from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Grant, Protect, Wall

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("fhir", "0001_fhir_tables"),
        ("audit", "0001_audit_tables"),
        ("directory", "0002_directory_walls"),
    ]
    operations = [
        Protect("fhir_storedresource", patient="patient_id"),
        migrations.RunSQL("SELECT audit_wall('fhir_searchvalue', 'patient_id')"),
        Grant("fhir_searchvalue", "SELECT, INSERT, DELETE"),
        Wall("fhir_sourcerecord", "SELECT, INSERT, UPDATE"),
        migrations.RunSQL(SQL.joinpath("0001_resource_text.sql").read_text()),
        migrations.RunSQL(SQL.joinpath("0002_tenants.sql").read_text()),
    ]
