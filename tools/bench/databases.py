"""Databases beside the benchmark's clinic, for what would disturb it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from osler.ops.supervisor.cluster import ADMIN, OWNER, Cluster


@contextmanager
def made_database(cluster: Cluster, name: str) -> Iterator[None]:
    """Django's connections use a database of this name, made and migrated if need be; afterwards the one
    they used before."""
    before = connections["default"].settings_dict["NAME"]
    with psycopg.connect(cluster.dsn(ADMIN, "postgres"), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )
    try:
        _point_to(name)
        call_command("migrate", verbosity=0)
        yield
    finally:
        _point_to(before)


def _point_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
