from django.db import migrations

from osler.clinic.patients.following import LetFollow


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0006_hours_taken_back"), ("patients", "0010_merging")]
    operations = [
        LetFollow("scheduling_appointment"),
    ]
