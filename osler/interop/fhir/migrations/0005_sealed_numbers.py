import json
from typing import Any

from django.db import migrations

from osler.foundation.vault.rewriting import in_batches, laid_open
from osler.foundation.vault.sealing import blind_index
from osler.interop.fhir.parameters import tokens_of
from osler.interop.fhir.protecting import SEARCH_VALUES, is_searched_blindly, reseal

TABLES = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'resource'
"""
TEXTS = """
SELECT id, organization_id, {kind}, resource FROM {table}
WHERE resource ~ %s AND id > %s ORDER BY id
"""
REPLACED = """
SELECT row_id, organization_id, version, content ->> 'resource_type', content ->> 'resource'
FROM audit_rowhistory WHERE content ->> 'resource' ~ %s
"""
# No more than a sieve: what it lets through is looked at.
SIEVE = "identifier|subscriberId|subscriber|Coverage"


def seal_texts(apps: Any, schema_editor: Any) -> None:
    """Seal the numbers of persons in the texts that are here, in the history and the search values."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = sorted(row[0] for row in cursor.fetchall())
        with laid_open(cursor, [*tables, "fhir_searchvalue", "audit_rowhistory"]):
            for table in tables:
                kind = "resource_type" if table == "fhir_storedresource" else "''"
                for rows in in_batches(cursor, TEXTS.format(kind=kind, table=table), [SIEVE]):
                    for row in rows:
                        seal_text(cursor, table, *row)
            cursor.execute(REPLACED, [SIEVE])
            for row_id, organization, version, resource_type, text in cursor.fetchall():
                sealed = reseal(text, row_id, organization, resource_type or "")
                if sealed != text:
                    cursor.execute(
                        "UPDATE audit_rowhistory SET content = jsonb_set(content, '{resource}', %s::jsonb)"
                        " WHERE row_id = %s AND version = %s AND content ->> 'resource' = %s",
                        [json.dumps(sealed), row_id, version, text],
                    )


def seal_text(cursor: Any, table: str, row_id: Any, organization: Any, resource_type: str, text: str) -> None:
    sealed = reseal(text, row_id, organization, resource_type)
    if sealed == text:
        return
    cursor.execute(f"UPDATE {table} SET resource = %s WHERE id = %s", [sealed, row_id])
    resource = {"resourceType": resource_type, **json.loads(text)}
    identifiers = resource.get("identifier") or []
    for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
        if not is_searched_blindly(resource, identifier):
            continue
        for _, code in tokens_of(identifier):
            cursor.execute(
                "UPDATE fhir_searchvalue SET code = %s"
                " WHERE resource_id = %s AND parameter = 'identifier' AND code = %s",
                [blind_index(code, organization=organization, column=SEARCH_VALUES), row_id, code],
            )


class Migration(migrations.Migration):
    dependencies = [("fhir", "0004_rights_changed"), ("patients", "0005_sealed_numbers")]
    operations = [migrations.RunPython(seal_texts, migrations.RunPython.noop)]
