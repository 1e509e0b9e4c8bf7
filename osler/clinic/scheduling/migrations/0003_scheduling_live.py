from django.db import migrations

from osler.foundation.jobs.live import tell


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_scheduling_walls"), ("jobs", "0003_jobs_live")]
    operations = [
        tell("scheduling_appointment", "board"),
    ]
