"""What state an installation is in, told in words: what `osler doctor` prints."""

import shutil
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.core.checks import ERROR, run_checks
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from osler.clinic.communication.notices import stuck_notices
from osler.clinic.records.results.worklists import ownerless_reports
from osler.clinic.scheduling.calendars.renewal import outdated
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import STAFF
from osler.foundation.audit.context import acting
from osler.foundation.audit.sealing import overdue_since
from osler.foundation.directory.tenants import tenants
from osler.interop.fhir.operators import operator_in
from osler.kernel import clock
from osler.ops.preparation import WANTED_VERSION, web_role_faults

SCARCE_BYTES = 2 * 2**30
SILENCE = timedelta(seconds=60)  # a worker gives a sign of life every ten
WAITING = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One part of the installation, whether it is well, and what was seen."""

    part: str
    is_well: bool
    words: str


def examine(home: Path, address: str) -> Iterator[Finding]:
    """Look at every part; a part that cannot be looked at is not well."""
    parts: dict[str, Callable[[], tuple[bool, str]]] = {
        "disk": lambda: disk(home),
        "keys": lambda: keys(home),
        "database": database,
        "migrations": migrations,
        "web role": web_role,
        "routes": routes,
        "worker": worker,
        "jobs": jobs,
        "seals": seals,
        "clocks": clocks,
        "results": results,
        "notices": notices,
        "pages": lambda: pages(address),
    }
    for part, look in parts.items():
        try:
            is_well, words = look()
        except Exception as fault:  # whatever ails it is what we came to tell
            is_well, words = False, f"{type(fault).__name__}: {fault}".strip().splitlines()[0]
        yield Finding(part, is_well, words)


def disk(home: Path) -> tuple[bool, str]:
    """Room for what the clinic will write."""
    free = shutil.disk_usage(home).free
    return free >= SCARCE_BYTES, f"{free / 2**30:.1f} GiB free under {home}"


def keys(home: Path) -> tuple[bool, str]:
    """Secrets that nobody else can read."""
    files = [path for path in [*home.glob("keys/*"), home / "secret_key"] if path.is_file()]
    open_ones = [path.name for path in files if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_ones:
        return False, f"others can read {', '.join(open_ones)}"
    return True, f"{len(files)} kept in {home}, readable by their owner alone"


def database() -> tuple[bool, str]:
    """A PostgreSQL of the version that the schema needs, which keeps what it has confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync'),"
            " pg_size_pretty(pg_database_size(current_database()))"
        )
        version, fsync, size = cursor.fetchone()
    if version < WANTED_VERSION:
        return False, f"PostgreSQL {version}; {WANTED_VERSION} or later is needed"
    if fsync != "on":
        return False, "fsync is off: a power cut would lose what was saved"
    return True, f"PostgreSQL {version}, {size}"


def migrations() -> tuple[bool, str]:
    """The schema of this version."""
    executor = MigrationExecutor(connections["owner"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not missing, f"{len(missing)} to apply: run osler migrate" if missing else "all applied"


def web_role() -> tuple[bool, str]:
    """A role for the pages that row-level security binds."""
    faults = web_role_faults()
    return not faults, "; ".join(faults) or "bound by row-level security, owns nothing"


def routes() -> tuple[bool, str]:
    """A declared rule on every route."""
    errors = [str(found.msg) for found in run_checks(tags=["access"]) if found.level >= ERROR]
    return not errors, "; ".join(errors) or "every one has a rule"


def worker() -> tuple[bool, str]:
    """Somebody who does the jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (seen,) = cursor.fetchone()
    if seen is None:
        return False, "none: run osler serve, or osler worker"
    return clock.now() - seen < SILENCE, f"last sign of life {seen:%Y-%m-%d %H:%M:%S} UTC"


def jobs() -> tuple[bool, str]:
    """Work that is done when it is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed'),"
            " count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),"
            " min(scheduled_at) FILTER (WHERE status = 'todo') FROM procrastinate_jobs"
        )
        failed, due, oldest = cursor.fetchone()
    is_late = oldest is not None and clock.now() - oldest > WAITING
    return not failed and not is_late, f"{failed} failed, {due} due{', some for long' if is_late else ''}"


def seals() -> tuple[bool, str]:
    """An audit trail that is sealed as it grows."""
    since = overdue_since()
    return since is None, f"none since {since:%Y-%m-%d %H:%M} UTC" if since else "the audit trail is sealed"


def clocks() -> tuple[bool, str]:
    """Appointments that begin when the clock on the wall shows what was promised."""
    count = sum(_in_each_tenant(lambda actor: len(outdated(after=clock.now()))))
    if count:
        return False, f"{count} appointments begin at another time than was promised: move them by hand"
    return True, "every appointment begins when it was promised"


def results() -> tuple[bool, str]:
    """Abnormal results that somebody answers for."""
    count = sum(_in_each_tenant(lambda actor: ownerless_reports(actor=actor).count()))
    if count:
        return False, f"{count} abnormal ones have no owner: they stand in every physician's inbox"
    return True, "every abnormal one has an owner"


def notices() -> tuple[bool, str]:
    """Mails that arrived, as far as we know."""
    count = sum(_in_each_tenant(lambda actor: stuck_notices(actor=actor).count()))
    if count:
        return False, f"{count} failed or unknown: see Administration, Mail"
    return True, "none failed"


def _in_each_tenant(look: Callable[[Actor], int]) -> Iterator[int]:
    """What is found in each tenant by somebody who may see all of it."""
    for organization_id, _ in tenants():
        actor = replace(operator_in(organization_id), roles=frozenset(STAFF))
        with acting(actor, reason="doctor"):
            yield look(actor)


def pages(address: str) -> tuple[bool, str]:
    """A server that answers."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 (our own)
            return True, f"{address} answers {answer.status}"
    except urllib.error.HTTPError as answer:
        return False, f"{address} answers {answer.code}: {answer.read(200).decode(errors='replace')}"
    except OSError:
        return False, f"{address} does not answer: run osler serve"
