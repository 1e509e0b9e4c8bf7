from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Whoever books waits for what he takes, not for all that he could have taken."""

    dependencies = [("scheduling", "0018_reservation_of_hold")]

    operations = [migrations.RunSQL((SQL / "0010_turns.sql").read_text())]
