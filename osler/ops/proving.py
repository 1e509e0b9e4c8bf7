"""What an installation can prove of itself: walls, constraints, books and audit trail (E11).

Each proof only reads; what it finds is said in one sentence a finding.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connections

from osler.foundation.audit.rows import Row
from osler.foundation.audit.sealing import overdue_since, verify_seals
from osler.kernel.constraints import declared
from osler.ops.preparation import web_role_faults
from osler.ops.supervisor.watch import SQL, is_watched
from osler.ops.walls import differences


@dataclass(frozen=True)
class Proof:
    """One thing that is proved, and what stands against it."""

    name: str
    findings: list[str]

    @property
    def holds(self) -> bool:
        return not self.findings


def prove() -> Iterator[Proof]:
    """Every proof, one after the other."""
    proofs: dict[str, Callable[[], Iterator[str]]] = {
        "the web role can pass no wall": _web_role,
        "every table with tenant data is behind forced row-level security": _walls,
        "every audited table has its triggers": _triggers,
        "every constraint that the code names is in the database": _constraints,
        "walls, triggers, constraints and grants are those of the migrations": differences,
        "each change of the schema is noted in the audit trail": _watch,
        "every journal entry sums to zero": _ledger,
        "invoice numbers run without gaps": _numbers,
        "no practitioner or room is held twice": _reservations,
        "the audit trail agrees with its seals and its anchor": _audit,
        "what was done and read is sealed within minutes": _sealer,
    }
    for name, check in proofs.items():
        yield Proof(name, list(check()))


def _rows(sql: str, parameters: list[object] | None = None) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters or [])
        return list(cursor.fetchall())


def _across_tenants(sql: str) -> Iterator[tuple[object, tuple[object, ...]]]:
    """Run a query in the context of each tenant; the owner is behind the walls as well."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT DISTINCT organization_id FROM audit_event")
        tenants = [row[0] for row in cursor.fetchall()]
        for tenant in tenants:
            cursor.execute("SELECT set_config('app.org', %s, false)", [str(tenant)])
            cursor.execute(sql)
            yield from ((tenant, row) for row in cursor.fetchall())
        cursor.execute("SELECT set_config('app.org', '', false)")


def audited_tables() -> list[str]:
    """The tables of all audited rows."""
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, Row))


def _web_role() -> Iterator[str]:
    yield from web_role_faults()


def _walls() -> Iterator[str]:
    walled = _rows(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    states = dict(walled)
    with_tenant = _rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'organization_id'"
    )
    for (table,) in sorted(with_tenant):
        name = str(table)
        is_partition = name.startswith("audit_event_")
        if states.get(name) is False and not is_partition:
            yield f"{name} has no forced row-level security"


def _triggers() -> Iterator[str]:
    wanted = {"stamp_version", "capture_insert", "capture_update", "capture_delete"}
    found = _rows(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    by_table: dict[str, set[str]] = {}
    for table, trigger in found:
        by_table.setdefault(str(table), set()).add(str(trigger))
    for table in audited_tables():
        for missing in sorted(wanted - by_table.get(table, set())):
            yield f"{table} has no trigger {missing}"


def _constraints() -> Iterator[str]:
    present = {
        str(row[0]) for row in _rows("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
    }
    in_functions = " ".join(
        str(row[0]) for row in _rows("SELECT prosrc FROM pg_proc WHERE prosrc ~ 'CONSTRAINT|patients_refuse'")
    )
    for name in sorted(declared()):
        if name not in present and f"'{name}'" not in in_functions:
            yield f"{name} is named in the code but not in the database"


def _ledger() -> Iterator[str]:
    sql = (
        "SELECT entry_id, sum(amount) FROM billing_posting"
        " GROUP BY entry_id HAVING sum(amount) <> 0 OR count(*) < 2"
    )
    for tenant, (entry, balance) in _across_tenants(sql):
        yield f"entry {entry} of {tenant} sums to {balance}"


def _numbers() -> Iterator[str]:
    sql = (
        "SELECT series, max(number), count(*) FROM billing_invoice WHERE number IS NOT NULL"
        " GROUP BY series HAVING max(number) <> count(*)"
    )
    for tenant, (series, last, count) in _across_tenants(sql):
        yield f"series {series} of {tenant} ends at {last} with {count} invoices"


def _reservations() -> Iterator[str]:
    sql = (
        "SELECT a.id FROM scheduling_reservation a"
        " JOIN scheduling_reservation b ON a.resource_id = b.resource_id AND a.lane = b.lane"
        " AND a.id < b.id AND a.period && b.period"
    )
    for tenant, (reservation,) in _across_tenants(sql):
        yield f"reservation {reservation} of {tenant} overlaps another"


def _watch() -> Iterator[str]:
    if not is_watched(connections["owner"]):
        yield (
            "the event triggers are away, or not as they were made: a superuser sets them up with " + SQL.name
        )


def _audit() -> Iterator[str]:
    key = settings.AUDIT_KEY.public_key()
    try:
        findings = verify_seals(key, anchor=settings.AUDIT_ANCHOR)
    except OSError as fault:
        yield f"the anchor {settings.AUDIT_ANCHOR} cannot be read: {fault.strerror}"
        return
    for finding in findings:
        place = f"seal {finding.seal_id}, transactions {finding.from_xact} to {finding.to_xact}"
        yield f"{place}: {finding.problem}"


def _sealer() -> Iterator[str]:
    since = overdue_since()
    if since is not None:
        yield f"events since {since:%Y-%m-%d %H:%M} UTC are not sealed: the worker is away or cannot seal"
