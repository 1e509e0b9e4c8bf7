"""Databases for tests: one template, made when a migration has changed, and clones of it."""

import atexit
import hashlib
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

import osler
from osler.ops.supervisor.cluster import ADMIN, OWNER, Cluster
from osler.ops.supervisor.unprivileged import RunAs, become
from osler.ops.supervisor.watch import watch_changes
from tests.environment import HOME

T = TypeVar("T")
CLUSTER = Cluster(Path(HOME), durable=False)


def start_cluster() -> None:
    """Have the test cluster up; it stays for the next run."""
    CLUSTER.start(dies_with_us=False)


def _admin() -> psycopg.Connection:
    return psycopg.connect(CLUSTER.dsn(ADMIN, "postgres"), autocommit=True)


def _digest() -> str:
    package = Path(osler.__file__).parent
    files = sorted(
        [
            *package.rglob("migrations/*.py"),
            *package.rglob("sql/*.sql"),
            *package.rglob("terminology/**/*.[cp]*[vy]"),
        ]
    )
    content = b"".join(str(path).encode() + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()[:12]


def template() -> str:
    """The name of a migrated database without rows."""
    name = f"template_{_digest()}"
    with _admin() as admin:
        admin.execute("SELECT pg_advisory_lock(1867)")
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        for (old,) in admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"
        ).fetchall():
            drop(old, admin)
        draft = f"making_{os.getpid()}"
        drop(draft, admin)
        create(draft, "template0", admin)
        point_to(draft)
        call_command("migrate", verbosity=0, skip_checks=True)
        with psycopg.connect(CLUSTER.dsn(ADMIN, draft), autocommit=True) as superuser:
            watch_changes(superuser)
        connections.close_all()
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
        )
    return name


def create(name: str, source: str, admin: psycopg.Connection) -> None:
    """A database cloned from another."""
    statement = "CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY"
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, (name, source, OWNER))))


def drop(name: str, admin: psycopg.Connection) -> None:
    """Remove a database and whoever is in it."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_to(name: str) -> None:
    """Have Django's connections use this database from now on."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def clone(label: str, source: str = "") -> Iterator[str]:
    """A fresh database for one use."""
    name = f"test_{label}_{os.getpid()}"
    with _admin() as admin:
        drop(name, admin)
        create(name, source or template(), admin)
        try:
            yield name
        finally:
            drop(name, admin)


def made_once(label: str, make: Callable[[], T], base: str = "") -> tuple[str, T]:
    """A database to be cloned, furnished by `make` once for all workers of the run, from an empty one or from
    `base`; and what it returned."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")[:12]
    source, kept = f"made_{label}_{run}", Path(HOME) / f"made_{label}_{run}.pickle"
    before = connections["default"].settings_dict["NAME"]
    with _admin() as admin:
        admin.execute("SELECT pg_advisory_lock(1868)")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [source]).fetchone():
            draft = f"making_{os.getpid()}"
            drop(draft, admin)
            create(draft, base or template(), admin)
            point_to(draft)
            try:
                kept.write_bytes(pickle.dumps(make()))
            finally:
                connections.close_all()
                point_to(before)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(rename.format(sql.Identifier(draft), sql.Identifier(source)))
            atexit.register(_forget, source, kept)
    return source, pickle.loads(kept.read_bytes())


@contextmanager
def pointed_clone(label: str, source: str) -> Iterator[str]:
    """A clone that Django's connections use meanwhile."""
    before = connections["default"].settings_dict["NAME"]
    with clone(label, source) as name:
        point_to(name)
        try:
            yield name
        finally:
            connections.close_all()
            point_to(before)


def _forget(source: str, kept: Path) -> None:
    """Whoever made it drops it when the run ends; one that is killed leaves it."""
    with suppress(psycopg.Error), _admin() as admin:
        drop(source, admin)
    kept.unlink(missing_ok=True)


def ending_with_us() -> Callable[[], None]:
    """For a process of ours: it is asked to end when the run dies, however that happens."""
    return become(RunAs(os.geteuid(), os.getegid()), signal.SIGTERM)
