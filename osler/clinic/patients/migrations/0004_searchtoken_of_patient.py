from django.db import migrations, models


class Migration(migrations.Migration):
    """So that one look tells whether a patient has a word, too."""

    dependencies = [("patients", "0003_search_token_pairs")]
    operations = [
        migrations.RemoveIndex(model_name="searchtoken", name="searchtoken_by_patient"),
        migrations.AddIndex(
            model_name="searchtoken",
            index=models.Index(fields=["patient_id", "kind", "token"], name="searchtoken_of_patient"),
        ),
    ]
