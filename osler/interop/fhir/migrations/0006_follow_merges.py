from pathlib import Path

from django.db import migrations

from osler.clinic.patients.following import LetFollow

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("fhir", "0005_sealed_numbers"), ("patients", "0010_merging")]
    operations = [
        LetFollow("fhir_storedresource"),
        LetFollow("fhir_searchvalue"),
        migrations.RunSQL(SQL.joinpath("0004_values_follow.sql").read_text()),
    ]
