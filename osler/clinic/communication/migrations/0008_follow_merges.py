from django.db import migrations

from osler.clinic.patients.following import LetFollow


class Migration(migrations.Migration):
    dependencies = [("communication", "0007_notice_next_try"), ("patients", "0010_merging")]
    operations = [
        LetFollow("communication_thread"),
        LetFollow("communication_message"),
        LetFollow("communication_notice"),
        LetFollow("communication_invitation"),
    ]
