"""Every clinic of an installation: for jobs, commands, and doors that find out whose a call is."""

from uuid import UUID

from django.db import connection


def tenants() -> list[tuple[UUID, str]]:
    """Every tenant's id and name; nobody needs to act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM fhir_tenants()")
        return list(cursor.fetchall())
