from django.db import migrations

from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect
from osler.foundation.jobs.live import tell


class Migration(migrations.Migration):
    dependencies = [
        ("communication", "0009_reminder_tables"),
        ("patients", "0010_merging"),
        ("jobs", "0003_jobs_live"),
    ]
    operations = [
        Protect("communication_reminderladder"),
        Protect("communication_reminderstep"),
        Protect("communication_optout", patient="patient_id"),
        Protect("communication_patientreply", patient="patient_id"),
        LetFollow("communication_optout"),
        LetFollow("communication_patientreply"),
        tell("communication_patientreply", "board"),
    ]
