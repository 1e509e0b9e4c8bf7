"""Fixtures: databases, the cast, clients, and a whole running clinic."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.signals import request_started
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone, translation

from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.access.models import PatientGrant, RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import Session, User
from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location, Organization, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN
from tests import databases

# How fast a case is says nothing about right or wrong: a busy machine is slow.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

PASSWORD = "a-sound-password-for-tests"
LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
"""What a test's threads leave open is not the next one's burden: the server has a hundred connections."""
FAST = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


@pytest.fixture(scope="session", autouse=True)
def fast_settings() -> Iterator[None]:
    with override_settings(**FAST):
        yield


@pytest.fixture(autouse=True)
def plain_speech() -> Iterator[None]:
    """No test leaves its language or zone to the next, as requests leave theirs to the thread."""
    yield
    translation.activate(django_settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The worker's own clone of the template, reached as the web role."""
    with django_db_blocker.unblock():
        databases.start_cluster()
        with databases.clone("run") as name:
            databases.point_to(name)
            yield
            connections.close_all()


@contextmanager
def no_clinic_known() -> Iterator[None]:
    """As before sign-in: whoever acted in this test's transaction acts again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.org', true), current_setting('app.actor', true)")
        before = cursor.fetchone()
        set_both = "SELECT set_config('app.org', %s, true), set_config('app.actor', %s, true)"
        cursor.execute(set_both, ["", ""])
        yield
        cursor.execute(set_both, [value or "" for value in before or ("", "")])


@pytest.fixture(autouse=True)
def each_request_begins_without_a_clinic() -> Iterator[None]:
    """As in production, where a transaction ends with its request: here one lasts for the whole test."""

    def begin(**_: Any) -> None:
        if connection.connection is not None and connection.in_atomic_block and not connection.needs_rollback:
            # Not through Django: no test counts it among the queries of the request.
            reset = "SELECT set_config('app.org', '', true), set_config('app.actor', '', true)"
            connection.connection.execute(reset)

    request_started.connect(begin)
    yield
    request_started.disconnect(begin)


def new_organization(name: str = "Test Clinic") -> Organization:
    """A tenant."""
    key = uuid7()
    with acting(SystemActor(key)):
        organization = Organization(id=key, organization_id=key, name=name)
        organization.save()
    return organization


def new_actor(organization: Organization, role: Role, name: str, *, practitioner: bool = False) -> Actor:
    """A member of staff with an account, a role and, for clinicians, a practitioner."""
    email = f"{name.split()[0].lower()}-{uuid7().hex[-8:]}@clinic.test"
    user = User.objects.create_user(email, PASSWORD, name=name)
    with acting(SystemActor(organization.id)):
        RoleAssignment(user=user, role=role).save()
        if practitioner:
            given, _, family = name.partition(" ")
            Practitioner(user=user, given=given, family=family).save()
    found = load_actor(user.pk)
    assert found is not None
    return found[0]


def new_patient(organization: Organization, **fields: Any) -> Patient:
    """A patient with plausible particulars."""
    given = {
        "given": "Dana",
        "family": "Rivera",
        "birth_date": datetime.date(1980, 3, 14),
        "gender": "female",
    }
    with acting(SystemActor(organization.id)):
        patient = Patient(**{**given, "phone": "555-201-3344", **fields})
        patient.save()
    return patient


def new_portal_actor(patient: Patient, name: str, relationship: str = "self") -> Actor:
    """A portal user who may act for a patient."""
    user = User.objects.create_user(f"{uuid7().hex}@home.test", PASSWORD, name=name)
    with acting(SystemActor(patient.organization_id)):
        PatientGrant(
            user=user, patient_id=patient.id, patient_name=str(patient), relationship=relationship
        ).save()
    found = load_actor(user.pk, realm="portal", patient_id=patient.id)
    assert found is not None
    return found[0]


@pytest.fixture
def organization(db: None) -> Organization:
    return new_organization()


@pytest.fixture
def site(organization: Organization) -> Location:
    with acting(SystemActor(organization.id)):
        site = Location(name="Main Street", form=Location.Form.SITE, zone="America/New_York")
        site.save()
    return site


@pytest.fixture
def alice(organization: Organization) -> Actor:
    """Physician of this clinic."""
    return new_actor(organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)


@pytest.fixture
def nina(organization: Organization) -> Actor:
    """Nurse of this clinic."""
    return new_actor(organization, Role.NURSE, "Nina Cole", practitioner=True)


@pytest.fixture
def bob(organization: Organization) -> Actor:
    """Reception of this clinic."""
    return new_actor(organization, Role.RECEPTION, "Bob Diaz")


@pytest.fixture
def lena(organization: Organization) -> Actor:
    """Laboratory of this clinic."""
    return new_actor(organization, Role.LAB, "Lena Ek", practitioner=True)


@pytest.fixture
def bill(organization: Organization) -> Actor:
    """Billing of this clinic."""
    return new_actor(organization, Role.BILLING, "Bill Fox")


@pytest.fixture
def adam(organization: Organization) -> Actor:
    """Administrator of this clinic."""
    return new_actor(organization, Role.ADMINISTRATOR, "Adam Gray")


@pytest.fixture
def petra(organization: Organization) -> Actor:
    """Privacy officer of this clinic."""
    return new_actor(organization, Role.PRIVACY, "Petra Hill")


@pytest.fixture
def charlie(db: None) -> Actor:
    """Physician of another organization: must see nothing."""
    return new_actor(new_organization("Other Clinic"), Role.PHYSICIAN, "Charlie Moss", practitioner=True)


@pytest.fixture
def dana_patient(organization: Organization) -> Patient:
    return new_patient(organization)


@pytest.fixture
def dana(dana_patient: Patient) -> Actor:
    """A patient in the portal."""
    return new_portal_actor(dana_patient, "Dana Rivera")


@pytest.fixture
def dora(dana_patient: Patient) -> Actor:
    """Dana's proxy."""
    return new_portal_actor(dana_patient, "Dora Rivera", "parent")


@pytest.fixture
def act() -> Callable[..., AbstractContextManager[None]]:
    """`with act(actor):` is one transaction in which the actor acts."""

    @contextmanager
    def begin(actor: Actor, **context: Any) -> Iterator[None]:
        with acting(actor, **context):
            yield

    return begin


def signed_in(client: Client, actor: Actor) -> Client:
    """Give a test client the session that a sign-in would have made."""
    with no_clinic_known():
        user = User.objects.get(pk=actor.user_id)
    session = SessionStore()
    session.realm = Session.Realm(actor.realm)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    session.save()
    client.cookies["osler_portal" if actor.realm == "portal" else "osler_staff"] = session.session_key
    return client


@pytest.fixture
def client_of() -> Callable[[Actor], Client]:
    """A client signed in as an actor; errors of views are raised."""
    return lambda actor: signed_in(Client(), actor)


@dataclass(frozen=True)
class Clinic:
    """A committed database that several connections, threads and processes may use."""

    name: str
    organization: Organization


@contextmanager
def reached(name: str, blocker: Any) -> Iterator[Clinic]:
    """A new tenant in a database that Django's connections use meanwhile."""
    before = django_settings.DATABASES["default"]["NAME"]
    before = connections["default"].settings_dict["NAME"] or before
    with blocker.unblock():
        databases.point_to(name)
        try:
            yield Clinic(name, new_organization())
        finally:
            connections.close_all()
            databases.point_to(before)


@pytest.fixture
def live_clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """A throw-away database whose commits are real; nothing is rolled back, all is dropped."""
    with databases.clone("live") as name, reached(name, django_db_blocker) as clinic:
        yield clinic


@pytest.fixture(scope="module")
def shared_database(django_db_setup: None) -> Iterator[str]:
    """One for all tests of a file: to make one costs more than most tests."""
    with databases.clone("shared") as name:
        yield name


@pytest.fixture
def live_tenant(shared_database: str, django_db_blocker: Any) -> Iterator[Clinic]:
    """A clinic of its own whose commits are real, for a test that looks at nothing beyond it."""
    with reached(shared_database, django_db_blocker) as clinic:
        yield clinic
    with psycopg.connect(databases.CLUSTER.dsn(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(LEAVE, [shared_database])
