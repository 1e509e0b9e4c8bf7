from django.db import migrations

from osler.clinic.patients.following import LetFollow


class Migration(migrations.Migration):
    dependencies = [("insurance", "0002_insurance_walls"), ("patients", "0010_merging")]
    operations = [
        LetFollow("insurance_coverage"),
    ]
