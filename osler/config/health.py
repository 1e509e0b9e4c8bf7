"""Whether the process lives and whether it can serve."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from osler.foundation.access.routes import RouteRule, declare_rule
from osler.kernel import clock

WORKER_SILENCE = timedelta(seconds=60)
_migrated = False


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Database, migrations and worker are there; 503 and the missing part otherwise."""
    parts = {"database": False, "migrations": False, "worker": False}
    try:
        parts["database"] = True
        parts["migrations"] = is_migrated()
        parts["worker"] = worker_is_alive()
    except DatabaseError:
        parts["database"] = False
    good = all(parts.values())
    return JsonResponse({"ready": good, **parts}, status=200 if good else 503)


def is_migrated() -> bool:
    """Whether every migration has been applied; remembered once true."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def worker_is_alive() -> bool:
    """Whether a worker has given a sign of life within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (seen,) = cursor.fetchone() or (None,)
    return seen is not None and clock.now() - seen < WORKER_SILENCE


declare_rule(alive, RouteRule())
declare_rule(ready, RouteRule())
