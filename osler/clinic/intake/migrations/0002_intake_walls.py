from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Grant, Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_intake_tables"),
        ("audit", "0001_audit_tables"),
        ("directory", "0002_directory_walls"),
    ]
    operations = [
        Protect("intake_questionnaire"),
        Protect("intake_questionnaireitem"),
        Protect("intake_consentform"),
        # Whoever registers acts for a proposal instead of a patient: `app.patient` is its id. No row of any
        # patient has that id, so this connection sees no chart at all, and of the proposals its own one.
        Protect("intake_proposal", patient="subject_id", erasable=True),
        Protect("intake_questionnaireresponse", patient="patient_id"),
        Protect("intake_consent", patient="patient_id"),
        Protect("intake_cardphoto", patient="patient_id"),
        # No history and no events of their own: what is forgotten must be gone; the proposal's row has both.
        migrations.RunSQL("SELECT audit_wall('intake_proposalcontent', 'subject_id')"),
        migrations.RunSQL("SELECT audit_wall('intake_proposalphoto', 'subject_id')"),
        Grant("intake_proposalcontent", "SELECT, INSERT, UPDATE, DELETE"),
        Grant("intake_proposalphoto", "SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(SQL.joinpath("0001_doors.sql").read_text()),
    ]
