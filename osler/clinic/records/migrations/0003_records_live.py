from django.db import migrations

from osler.foundation.jobs.live import tell


class Migration(migrations.Migration):
    dependencies = [("records", "0002_records_walls"), ("jobs", "0003_jobs_live")]
    operations = [
        tell("records_encounter", "board"),
        tell("records_servicerequest", "lab"),
        tell("records_diagnosticreport", "lab"),
        tell("records_diagnosticreport", "inbox"),
    ]
