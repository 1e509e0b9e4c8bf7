"""What pages cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor

SILENT = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def cost_of() -> Callable[[Client, str], int]:
    """How many statements a page takes when everything that is kept has been read once."""

    def count(client: Client, url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return sum(not one["sql"].startswith(SILENT) for one in queries)

    return count


def about(row: Any) -> dict[str, str]:
    """What each form about a row says first: whose it is, and as which version it is shown now."""
    with acting(SystemActor(row.organization_id)):
        shown = type(row).objects.filter(pk=row.pk).values_list("version", flat=True).first()
    return {"patient": str(row.patient_id), "version": str(shown or row.version)}
