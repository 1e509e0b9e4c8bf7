from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0016_statistics"),
    ]

    operations = [
        migrations.RunSQL(SQL.joinpath("0017_tokens_of_the_new.sql").read_text()),
    ]
