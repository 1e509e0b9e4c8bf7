"""What must not serve: a route without a rule, a web role without walls, a demo outside the demo."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from osler.config import urls as ours
from osler.foundation.accounts.models import User
from osler.ops.preparation import demo_faults
from osler.ops.supervisor.cluster import OWNER, WEB
from tests import databases


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


urlpatterns = [*ours.urlpatterns, path("deep/", include([path("er/<int:number>/", undeclared)]))]


def start() -> None:
    """What each web process does before it serves."""
    runpy.run_module("osler.config.wsgi")


def test_a_sound_installation_starts(db) -> None:
    start()


@pytest.mark.urls("tests.ops.test_preparation")
def test_a_route_without_a_rule_stops_the_start_and_is_not_served(db) -> None:
    found = run_checks(tags=["access"])
    assert [error.id for error in found] == ["access.E001"]
    assert "deep/er/<int:number>/" in found[0].msg
    with pytest.raises(ImproperlyConfigured, match=r"deep/er/.*has no declared rule"):
        start()
    assert Client().get("/deep/er/1/").status_code == 404


def test_a_demo_outside_the_demo_is_refused_in_clear_words(db, settings) -> None:
    User.objects.create_user("doctor@demo.test", "osler-demo-clinic", name="Ruth Abara")
    start()  # in the demo

    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match=r"1 accounts end in @demo\.test.*OSLER_DEMO=1"):
        start()
    User.objects.update(email="doctor@demo.test.example")
    assert demo_faults() == []
    start()


def test_the_command_says_it_and_serves_nothing(live_clinic, tmp_path) -> None:
    User.objects.create_user("doctor@demo.test", None, name="Ruth Abara")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OSLER_")} | {
        "OSLER_HOME": str(tmp_path),
        "OSLER_SECRET_KEY": "k" * 50,
        "OSLER_ALLOWED_HOSTS": "clinic.example",
        "OSLER_DATABASE_URL": databases.CLUSTER.dsn(OWNER, live_clinic.name),
        "OSLER_WEB_DATABASE_URL": databases.CLUSTER.dsn(WEB, live_clinic.name),
    }
    serve = [sys.executable, "-m", "osler", "serve"]
    done = subprocess.run(serve, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "this is the database of a demo clinic" in done.stderr
    assert "Osler is at" not in done.stdout


def test_nor_is_a_demo_made_outside_the_demo(db, settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("demo")
    assert not User.objects.exists()
