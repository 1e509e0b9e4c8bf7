from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_jobs_live")]
    operations = [migrations.RemoveField(model_name="idempotencykey", name="body")]
