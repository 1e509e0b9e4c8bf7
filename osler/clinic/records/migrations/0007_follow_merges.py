from pathlib import Path

from django.db import migrations

from osler.clinic.patients.following import LetFollow

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0006_condition_of_recorder"), ("patients", "0010_merging")]
    operations = [
        LetFollow("records_encounter"),
        LetFollow("records_condition"),
        LetFollow("records_allergyintolerance"),
        LetFollow("records_observation"),
        LetFollow("records_observationcomponent"),
        LetFollow("records_medicationrequest"),
        LetFollow("records_medicationstatement"),
        LetFollow("records_clinicalnote"),
        LetFollow("records_servicerequest"),
        LetFollow("records_diagnosticreport"),
        LetFollow("records_careplan"),
        LetFollow("records_procedure"),
        LetFollow("records_immunization"),
        migrations.RunSQL(SQL.joinpath("0002_signed_notes_move.sql").read_text()),
    ]
