"""Accounts, roles and what an administrator does stay within one clinic (D1-D3, A2)."""

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from osler.foundation.access.actors import load_actor
from osler.foundation.access.assignments import AccountClosed, LastAdministrator, end_role, grant_role
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Missing
from tests.conftest import PASSWORD, new_actor, new_organization, no_clinic_known

ANOTHER = "another-sound-password"
BELONGS = "belongs_to_this_clinic"


@pytest.fixture
def abroad(db):
    """The other clinic's administrator."""
    return new_actor(new_organization("Other Clinic"), Role.ADMINISTRATOR, "Abel Rome")


def account(actor) -> User:
    with no_clinic_known():
        return User.objects.get(pk=actor.user_id)


def rights(user_id) -> tuple:
    found = load_actor(user_id)
    assert found is not None
    return found[0].organization_id, found[0].roles, found[0].facility_id


def invited(client, email: str, *roles: str):
    fields = {"name": "Mia Ross", "email": email, "roles": roles or ("nurse",)}
    return client.post("/administration/users/new/", fields)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_role_is_never_given_to_an_account_of_another_clinic(act, adam, charlie, role):
    before = rights(charlie.user_id)
    with act(adam):
        with pytest.raises(Missing):
            grant_role(account(charlie), role=Role(role), actor=adam)
        assert not RoleAssignment.objects.filter(user_id=charlie.user_id).exists()
    assert rights(charlie.user_id) == before


def test_the_database_itself_refuses_it(act, adam, charlie):
    with act(adam), pytest.raises(IntegrityError) as refused, transaction.atomic():
        RoleAssignment.objects.bulk_create([RoleAssignment(user_id=charlie.user_id, role=Role.PRIVACY)])
    assert constraint_of(refused.value) == "roleassignment_account_of_this_clinic"
    with act(adam):
        RoleAssignment.objects.bulk_create([RoleAssignment(user_id=adam.user_id, role=Role.PRIVACY)])


def test_an_account_never_moves_to_another_clinic(adam, abroad):
    user = account(adam)
    with no_clinic_known():
        User.objects.filter(pk=adam.user_id).update(organization_id=abroad.organization_id)
        user.organization_id = None
        user.save()
    assert account(adam).organization_id == adam.organization_id


def test_rights_left_over_from_another_clinic_count_for_nothing(live_clinic):
    """Such rows can only be older than the constraint."""
    other = new_organization("Other Clinic")
    nurse = new_actor(live_clinic.organization, Role.NURSE, "Nina Cole")
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE access_roleassignment DISABLE TRIGGER {BELONGS}")
    with acting(SystemActor(other.id)):
        there = Location(name="Abroad", form=Location.Form.SITE, zone="Europe/Rome")
        there.save()
        RoleAssignment(user_id=nurse.user_id, role=Role.ADMINISTRATOR, facility=there).save()

    assert rights(nurse.user_id) == (live_clinic.organization.id, frozenset({Role.NURSE}), None)
    with acting(nurse):
        seen = RoleAssignment.objects.filter(user_id=nurse.user_id).values_list("role", flat=True)
        assert list(seen) == [Role.NURSE]


def test_the_last_administrator_is_counted_in_this_clinic_alone(act, adam, abroad):
    with act(adam):
        held = RoleAssignment.objects.get(user_id=adam.user_id)
        with pytest.raises(LastAdministrator):
            end_role(held, version=held.version, actor=adam)
        assert RoleAssignment.objects.get(pk=held.pk).ended_at is None


def test_whoever_acts_goes_on_acting_after_a_look_at_another(act, adam, charlie):
    asked = "SELECT current_setting('app.actor'), current_setting('app.org')"
    with act(adam), connection.cursor() as cursor:
        load_actor(charlie.user_id)
        cursor.execute(asked)
        assert cursor.fetchone() == (str(adam.user_id), str(adam.organization_id))


@pytest.mark.parametrize("is_known", ["nowhere", "abroad", "abroad, not activated", "a patient abroad"])
def test_an_invitation_is_the_same_whoever_is_known_elsewhere(
    request, act, client_of, adam, abroad, charlie, dana, is_known
):
    """Same status, length and body: no administrator learns who works or is treated elsewhere (A21)."""
    host, email = adam, "mia@clinic.test"
    if is_known == "abroad":
        email = account(charlie).email
    elif is_known == "abroad, not activated":
        invited(client_of(abroad), email)
    elif is_known == "a patient abroad":
        host, email = abroad, account(dana).email
    with no_clinic_known():
        before = {user.pk: (user.password, user.organization_id) for user in User.objects.all()}

    client = client_of(host)
    answer = invited(client, email)
    with no_clinic_known():
        made = User.objects.exclude(pk__in=before).get()
    link = client.get(answer.headers["Location"])

    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["Location"] == reverse("user-link", args=[made.pk])
    assert (made.email, made.organization_id) == (email, host.organization_id)
    assert link.status_code == 200
    assert made.pk.hex in link.context["link"]
    with no_clinic_known():
        after = User.objects.exclude(pk=made.pk)
        assert before == {user.pk: (user.password, user.organization_id) for user in after}
    assert rights(made.pk)[:2] == (host.organization_id, frozenset({Role.NURSE}))


def test_one_address_in_two_clinics_is_two_accounts_each_with_its_password(client_of, adam, charlie):
    client = client_of(adam)
    link = client.get(invited(client, account(charlie).email).headers["Location"]).context["link"]
    visitor = Client()
    form = visitor.get(link, follow=True)
    visitor.post(form.request["PATH_INFO"], {"password1": ANOTHER, "password2": ANOTHER})

    entered = {}
    for password in (PASSWORD, ANOTHER):
        person = Client()
        person.post("/", {"login": account(charlie).email, "password": password})
        entered[password] = person.get("/home/").context["actor"].organization_id
    assert entered == {PASSWORD: charlie.organization_id, ANOTHER: adam.organization_id}


def test_the_pages_of_a_user_of_another_clinic_are_those_of_nobody(client_of, adam, charlie, abroad):
    invited(client_of(abroad), "new@clinic.test")
    with no_clinic_known():
        strangers = [charlie.user_id, User.objects.get(email="new@clinic.test").pk, abroad.user_id]
    client = client_of(adam)
    for stranger in strangers:
        for name in ("user", "user-link"):
            assert client.get(reverse(name, args=[stranger])).status_code == 404
        assert client.post(reverse("role-grant", args=[stranger]), {"role": "nurse"}).status_code == 404


def test_a_closed_account_is_not_opened_by_inviting_it(client_of, adam, bob):
    User.objects.filter(pk=bob.user_id).update(is_active=False)
    answer = invited(client_of(adam), account(bob).email, "administrator")
    assert answer.status_code == 422
    assert str(AccountClosed.message) in answer.content.decode()
    assert not account(bob).is_active
    with acting(adam):
        assert RoleAssignment.objects.filter(user_id=bob.user_id).count() == 1
