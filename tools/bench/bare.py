"""The stack without Osler: Django with one bare view for each kind of work, on tables of its own.

No policy, no audit, no walls, no templates: what Osler does beside is what the ratio shows.
Served by granian as Osler is: `granian --interface wsgi tools.bench.bare:application`.
"""

import json
from uuid import UUID

from django.contrib.auth import get_user_model, login
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse  # noqa: TID251  a door of the benchmark's own
from django.urls import path
from django.utils.module_loading import import_string

application = get_wsgi_application()

USUAL = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""What every Django project with accounts has."""


def read(request: HttpRequest, key: UUID) -> HttpResponse:
    """One stored text by its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE id = %s", [key])
        (body,) = cursor.fetchone()
    return HttpResponse(body, content_type="application/json")


def listed(request: HttpRequest, patient: UUID, count: int) -> HttpResponse:
    """The newest stored texts of a patient, joined."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM document WHERE patient = %s ORDER BY patient, place DESC LIMIT %s",
            [patient, count],
        )
        bodies = [row[0] for row in cursor.fetchall()]
    return HttpResponse(f"[{','.join(bodies)}]", content_type="application/json")


def create(request: HttpRequest) -> HttpResponse:
    """Keep what was sent."""
    body = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO document (id, patient, place, body) VALUES (uuidv7(), uuidv7(), 0, %s) RETURNING id",
            [json.dumps(body)],
        )
        (key,) = cursor.fetchone()
    return HttpResponse(str(key), status=201)


def _page(request: HttpRequest) -> HttpResponse:
    """A page of 20 rows for whom the session names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, left(body, 80) FROM document ORDER BY id LIMIT 20")
        rows = "".join(f"<tr><td>{key}</td><td>{body}</td></tr>" for key, body in cursor.fetchall())
    return HttpResponse(f"<p>{request.user}</p><table>{rows}</table>")  # type: ignore[attr-defined]


def _sign_in(request: HttpRequest) -> HttpResponse:
    login(request, get_user_model().objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("in")


page, sign_in = _page, _sign_in
for name in reversed(USUAL):
    page, sign_in = import_string(name)(page), import_string(name)(sign_in)

urlpatterns = [
    path("read/<uuid:key>", read),
    path("list/<uuid:patient>/<int:count>", listed),
    path("create", create),
    path("page", lambda request: page(request)),
    path("sign-in", lambda request: sign_in(request)),
]
