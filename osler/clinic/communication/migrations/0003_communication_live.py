from django.db import migrations

from osler.foundation.jobs.live import tell


class Migration(migrations.Migration):
    dependencies = [("communication", "0002_communication_walls"), ("jobs", "0003_jobs_live")]
    operations = [
        tell("communication_thread", "inbox"),
    ]
