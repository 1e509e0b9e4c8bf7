"""Roles are given and taken away at once, and somebody is always left to give them."""

import pytest

from osler.foundation.access.actors import load_actor
from osler.foundation.access.assignments import (
    LastAdministrator,
    NotAStaffRole,
    RoleEnded,
    RoleHeldAlready,
    end_role,
    grant_role,
    invite_user,
)
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import Session, User
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied, StaleVersion
from tests.conftest import new_actor


def held(user_id, role):
    return RoleAssignment.objects.get(user_id=user_id, role=role)


def roles_of(user_id) -> set[Role]:
    found = load_actor(user_id)
    assert found is not None
    return set(found[0].roles)


def test_a_person_is_invited_once_whatever_the_letters(act, adam):
    with act(adam):
        first = invite_user(email=" Mia@Clinic.test", name=" Mia  Ross ", actor=adam)
        again = invite_user(email="mia@clinic.TEST", name="Somebody", actor=adam)
    assert (first.id, first.email, first.name) == (again.id, "mia@clinic.test", "Mia Ross")
    assert not first.has_usable_password()


def test_a_role_counts_at_once_and_is_given_once(act, adam):
    with act(adam):
        mia = invite_user(email="mia@clinic.test", name="Mia", actor=adam)
        grant_role(mia, role=Role.NURSE, actor=adam)
        assert roles_of(mia.id) == {Role.NURSE}
    with act(adam), pytest.raises(RoleHeldAlready):
        grant_role(mia, role=Role.NURSE, actor=adam)
    with act(adam):
        assert RoleAssignment.objects.filter(user=mia).count() == 1


@pytest.mark.parametrize("role", [Role.PATIENT, Role.PROXY])
def test_the_rights_of_patients_are_not_given_here(act, adam, role):
    with act(adam):
        mia = invite_user(email="mia@clinic.test", name="Mia", actor=adam)
        with pytest.raises(NotAStaffRole):
            grant_role(mia, role=role, actor=adam)
        assert not RoleAssignment.objects.filter(user=mia).exists()


def test_who_has_no_role_left_is_signed_out(act, client_of, adam, bob):
    client = client_of(bob)
    assert client.get("/home/").status_code == 200
    with act(adam):
        assignment = held(bob.user_id, Role.RECEPTION)
        end_role(assignment, version=assignment.version, actor=adam)
        with pytest.raises(RoleEnded):
            end_role(assignment, version=None, actor=adam)
    assert not Session.objects.filter(user_id=bob.user_id).exists()
    assert client.get("/home/").status_code == 302


def test_who_keeps_a_role_stays_signed_in(act, client_of, adam, bob):
    client = client_of(bob)
    with act(adam):
        grant_role(User.objects.get(id=bob.user_id), role=Role.BILLING, actor=adam)
        end_role(held(bob.user_id, Role.RECEPTION), version=None, actor=adam)
        assert roles_of(bob.user_id) == {Role.BILLING}
    assert client.get("/home/").status_code == 200


def test_the_last_administrator_stays(act, organization, adam):
    with act(adam):
        with pytest.raises(LastAdministrator):
            end_role(held(adam.user_id, Role.ADMINISTRATOR), version=None, actor=adam)
        assert roles_of(adam.user_id) == {Role.ADMINISTRATOR}
    second = new_actor(organization, Role.ADMINISTRATOR, "Ada Lane")
    with act(second):
        end_role(held(adam.user_id, Role.ADMINISTRATOR), version=None, actor=second)
        assert roles_of(adam.user_id) == set()


def test_an_older_version_is_refused(act, adam, bob):
    with act(adam):
        assignment = held(bob.user_id, Role.RECEPTION)
        with pytest.raises(StaleVersion):
            end_role(assignment, version=assignment.version + 5, actor=adam)
        assert held(bob.user_id, Role.RECEPTION).ended_at is None


@pytest.mark.parametrize("role", ["bob", "alice", "nina", "lena", "bill", "petra"])
def test_nobody_else_gives_or_takes_roles(act, request, organization, adam, role):
    actor = request.getfixturevalue(role)
    with act(SystemActor(organization.id)):
        with pytest.raises(Denied):
            invite_user(email="mia@clinic.test", name="Mia", actor=actor)
        with pytest.raises(Denied):
            grant_role(User.objects.get(id=actor.user_id), role=Role.ADMINISTRATOR, actor=actor)
        with pytest.raises(Denied):
            end_role(held(adam.user_id, Role.ADMINISTRATOR), version=None, actor=actor)
        assert not User.objects.filter(email="mia@clinic.test").exists()
