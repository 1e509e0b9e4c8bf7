from pathlib import Path

from django.db import migrations

from osler.clinic.patients.following import LetFollow

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_intake_walls"), ("patients", "0010_merging")]
    operations = [
        LetFollow("intake_proposal"),
        LetFollow("intake_questionnaireresponse"),
        LetFollow("intake_consent"),
        LetFollow("intake_cardphoto"),
        migrations.RunSQL(SQL.joinpath("0002_contents_follow.sql").read_text()),
    ]
