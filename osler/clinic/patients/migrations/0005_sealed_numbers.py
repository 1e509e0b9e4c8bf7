import json
from typing import Any

from django.db import migrations, models

from osler.clinic.patients.national import CODES, is_protected
from osler.foundation.vault.rewriting import in_batches, laid_open
from osler.foundation.vault.sealing import blind_index, seal

TABLE = "patients_patientidentifier"
ROWS = """
SELECT id, organization_id, system, type_code, value FROM patients_patientidentifier
WHERE id > %s ORDER BY id
"""
TAKEN = """
SELECT 1 FROM patients_patientidentifier WHERE organization_id = %s AND system = %s AND value = %s
"""
SEAL = """
UPDATE patients_patientidentifier SET value = %s, value_sealed = %s WHERE id = %s RETURNING patient_id
"""
HISTORY = "SELECT row_id, organization_id, version, content FROM audit_rowhistory WHERE table_name = %s"


def forms(row_id: Any, organization: Any, value: str) -> tuple[str, bytes]:
    """Blind index and sealed form of a number."""
    place = f"{TABLE}.value_sealed:{row_id}"
    index = blind_index(value, organization=organization, column=f"{TABLE}.value")
    return index, seal(value, organization=organization, place=place)


def seal_numbers(apps: Any, schema_editor: Any) -> None:
    """Seal the national numbers that are here, in the table and in the history of its rows."""
    tables = (TABLE, "audit_rowhistory", "patients_patient", "patients_searchtoken")
    with schema_editor.connection.cursor() as cursor, laid_open(cursor, tables):
        for rows in in_batches(cursor, ROWS):
            seal_rows(cursor, [row for row in rows if is_protected(row[2], [row[3]])])
        cursor.execute(HISTORY, [TABLE])
        for row_id, organization, version, content in cursor.fetchall():
            seal_replaced(cursor, row_id, organization, version, content)


def seal_rows(cursor: Any, rows: list[Any]) -> None:
    """Two spellings of one number of one system have one index: the later is kept under a name of its own."""
    patients = []
    for row_id, organization, system, _, value in rows:
        index, sealed = forms(row_id, organization, value)
        cursor.execute(TAKEN, [organization, system, index])
        name = f"{index}+{row_id}" if cursor.fetchone() else index
        cursor.execute(SEAL, [name, sealed, row_id])
        patients += [row[0] for row in cursor.fetchall()]
    if patients:
        cursor.execute("SELECT patients_tokens_of(%s)", [patients])


def seal_replaced(cursor: Any, row_id: Any, organization: Any, version: int, content: Any) -> None:
    row = json.loads(content) if isinstance(content, str) else content
    if not is_protected(row["system"], [row["type_code"]]):
        return
    index, sealed = forms(row_id, organization, row["value"])
    cursor.execute(
        "UPDATE audit_rowhistory SET content = content || %s::jsonb"
        " WHERE table_name = %s AND row_id = %s AND version = %s",
        [json.dumps({"value": index, "value_sealed": "\\x" + sealed.hex()}), TABLE, row_id, version],
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_searchtoken_of_patient"), ("audit", "0006_closed_paths")]
    operations = [
        migrations.AddField(
            model_name="patientidentifier",
            name="value_sealed",
            field=models.BinaryField(default=b"", editable=False),
        ),
        migrations.RunPython(seal_numbers, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="patientidentifier",
            constraint=models.CheckConstraint(
                condition=~models.Q(type_code__in=CODES) | ~models.Q(value_sealed=b""),
                name="patientidentifier_sealed",
            ),
        ),
    ]
