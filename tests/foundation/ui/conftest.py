"""The interface by itself: its own routes, no database, a strict content security policy."""

import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.test import Client, override_settings

ALONE: dict[str, Any] = {
    "ROOT_URLCONF": "tests.foundation.ui.routes",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
    "ALLOWED_HOSTS": ["*"],
    "MIDDLEWARE": [
        "csp.middleware.CSPMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "DIRS": [Path(__file__).parent / "templates"],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.messages.context_processors.messages",
                ],
                "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            },
        }
    ],
}


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    with override_settings(**ALONE):
        yield


@pytest.fixture
def draw() -> Any:
    """Render a piece of template text."""

    def rendered(source: str, **context: Any) -> str:
        return engines["django"].from_string("{% load ui %}" + source).render(context)

    return rendered


@pytest.fixture
def visitor() -> Client:
    return Client()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a running server that shows the gallery."""
    with override_settings(**ALONE):
        app = StaticFilesHandler(get_wsgi_application())
        server = make_server("127.0.0.1", 0, app, server_class=_Threads, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
