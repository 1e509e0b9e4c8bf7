from pathlib import Path
from typing import Any

from django.db import migrations

from osler.foundation.audit.protection import Protect
from osler.foundation.vault.rewriting import laid_open

SQL = Path(__file__).parents[1] / "sql"
ALL_DUE = """
INSERT INTO patients_matchdue (id, organization_id, patient_id)
SELECT uuidv7(), organization_id, id FROM patients_patient
"""


ADDRESSES = """
INSERT INTO patients_searchtoken (organization_id, kind, token, patient_id)
SELECT DISTINCT p.organization_id, 'a', left(key, 200), p.id
FROM patients_patient p, patients_address_keys(p.line, p.postal_code) AS key
UNION ALL
SELECT organization_id, 'e', left(lower(email), 200), id FROM patients_patient WHERE email <> ''
"""
TABLES = ("patients_patient", "patients_matchdue", "patients_searchtoken")


def find_pairs_of_all(apps: Any, schema_editor: Any) -> None:
    """Whoever is registered already is found by address as well, and is due."""
    connection = schema_editor.connection
    with connection.cursor() as cursor, laid_open(cursor, TABLES):
        cursor.execute(ADDRESSES)
        cursor.execute(ALL_DUE)


class Migration(migrations.Migration):
    dependencies = [("patients", "0006_matching_tables"), ("audit", "0001_audit_tables")]
    operations = [
        Protect("patients_matchpair", patient=None),
        Protect("patients_matchweight", patient=None, erasable=True),
        migrations.RunSQL(SQL.joinpath("0007_matching.sql").read_text()),
        migrations.RunSQL(SQL.joinpath("0007_address_tokens.sql").read_text()),
        migrations.RunPython(find_pairs_of_all, migrations.RunPython.noop),
    ]
