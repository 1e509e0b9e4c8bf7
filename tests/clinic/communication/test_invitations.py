"""Into the portal and out of it: whom the link lets in, and whom never."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.communication.errors import (
    AddressOfAnother,
    AddressOfStaff,
    AddressShared,
    HasAccess,
    InvitationEnded,
    NameOfProxyMissing,
)
from osler.clinic.communication.invitations import (
    LASTS,
    MOST_TRIES,
    accept_invitation,
    invitation_of,
    invite_patient,
    link_of,
    sign_in_name,
    withdraw_invitation,
)
from osler.clinic.communication.models import Invitation, Notice
from osler.clinic.communication.notices import body_of
from osler.foundation.access.actors import load_actor
from osler.foundation.access.grants import (
    GrantEnded,
    OwnAccess,
    PatientHasAccess,
    end_grant,
    grants_of,
    restore_grant,
)
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.errors import Denied
from tests.conftest import PASSWORD, new_patient, new_portal_actor

MAIL = "dana@home.test"


@pytest.fixture
def invite(act, bob, dana_patient):
    def call(patient=None, **given):
        with act(bob):
            return invite_patient(patient or dana_patient, actor=bob, **{"email": MAIL, **given})

    return call


@pytest.fixture
def accept(act, organization, dana_patient):
    def call(invitation, birth_date=None, **given):
        with act(SystemActor(organization.id)):
            birth_date = birth_date or invitation.patient.birth_date
            return accept_invitation(invitation, birth_date=birth_date, **{"password": PASSWORD, **given})

    return call


@pytest.fixture
def grants(act, organization):
    def read() -> list[tuple[str, str]]:
        with act(SystemActor(organization.id)):
            held = PatientGrant.objects.filter(ended_at=None).select_related("user").order_by("created_at")
            return [(one.user.email, one.relationship) for one in held]

    return read


def test_an_invited_patient_gets_an_account_of_her_own(
    act, organization, invite, accept, grants, dana_patient
):
    invitation = invite()
    grant = accept(invitation)
    assert grants() == [(MAIL, "self")]
    assert grant.user.check_password(PASSWORD)
    actor = load_actor(grant.user_id, realm="portal", patient_id=dana_patient.id)[0]
    assert (actor.patient_id, sorted(actor.roles)) == (dana_patient.id, ["patient"])


def test_the_mail_has_the_link_and_nothing_medical_and_no_table_holds_it(act, bob, invite, dana_patient):
    invitation = invite()
    with act(bob):
        notice = Notice.objects.get()
    token = link_of(invitation).rstrip("/").rpartition("/")[2]
    assert token not in notice.body
    words = body_of(notice)
    assert link_of(invitation) in words
    for private in (dana_patient.given, dana_patient.family, dana_patient.mrn, "1980"):
        assert private not in words
    assert (notice.to_address, notice.kind) == (MAIL, "portal-invitation")


def test_a_slip_needs_no_mail(act, bob, invite, accept, grants):
    invitation = invite(email="")
    with act(bob):
        assert Notice.objects.count() == 0
        name = sign_in_name(invitation)
    accept(invitation)
    assert grants() == [(name, "self")]
    assert name.endswith("@portal.invalid")


def test_a_link_names_its_own_invitation_and_bears_no_change(invite):
    invitation = invite()
    token = link_of(invitation).rstrip("/").rpartition("/")[2]
    assert invitation_of(token) == (invitation.organization_id, invitation.id)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert invitation_of(token[:place] + other + token[place + 1 :]) is None
    for wrong in ("", "x", "ñ", token + "A", token[:-1], token * 2):
        assert invitation_of(wrong) is None


def test_a_link_works_once(invite, accept, grants):
    invitation = invite()
    accept(invitation)
    with pytest.raises(InvitationEnded):
        accept(invitation)
    assert len(grants()) == 1


def test_a_link_grows_old(invite, accept, grants):
    invitation = invite()
    with time_machine.travel(clock.now() + LASTS), pytest.raises(InvitationEnded):
        accept(invitation)
    assert grants() == []


def test_a_newer_invitation_and_a_withdrawal_end_the_link(act, bob, invite, accept, grants):
    first, second = invite(), invite()
    with pytest.raises(InvitationEnded):
        accept(first)
    with act(bob):
        withdraw_invitation(second, version=second.version, actor=bob)
    with pytest.raises(InvitationEnded):
        accept(second)
    assert grants() == []


def test_who_does_not_know_the_birth_date_is_not_let_in(invite, accept, grants, dana_patient):
    invitation = invite()
    wrong = dana_patient.birth_date + timedelta(days=1)
    for _ in range(MOST_TRIES):
        assert accept(invitation, wrong) is None
    with pytest.raises(InvitationEnded):
        accept(invitation)
    assert grants() == []
    assert not User.objects.filter(email=MAIL).exists()


def test_the_address_of_staff_is_refused(act, bob, alice, invite):
    with pytest.raises(AddressOfStaff):
        invite(email=alice.email)
    with act(bob):
        assert Invitation.objects.count() == 0


def test_the_address_of_another_patients_account_is_refused(organization, invite, accept, grants):
    ann = new_patient(organization, given="Ann", family="Other")
    accept(invite(ann))
    for own in (False, True):
        with pytest.raises(AddressOfAnother):
            invite(is_own_address=own)
    assert grants() == [(MAIL, "self")]


def test_an_address_noted_for_others_is_asked_about_first(organization, invite, accept, grants):
    new_patient(organization, given="Ann", family="Other", email=MAIL.upper())
    with pytest.raises(AddressShared):
        invite()
    accept(invite(is_own_address=True))
    assert grants() == [(MAIL, "self")]


def test_an_address_that_became_anothers_meanwhile_opens_nothing(organization, invite, accept, grants):
    invitation = invite()
    ann = new_patient(organization, given="Ann", family="Other")
    accept(invite(ann))
    with pytest.raises(AddressOfAnother):
        accept(invitation)
    assert len(grants()) == 1


def test_a_parent_adds_a_second_child_to_one_account(organization, invite, accept, grants):
    sam, kim = (new_patient(organization, given=name, email=MAIL) for name in ("Sam", "Kim"))
    parent = {"relationship": "parent", "name": "Dora Rivera"}
    user = accept(invite(sam, **parent)).user
    accept(invite(kim, **parent), user=user)
    assert grants() == [(MAIL, "parent"), (MAIL, "parent")]
    with pytest.raises(HasAccess):
        invite(kim, **parent)


def test_somebody_else_who_is_signed_in_never_gets_a_patients_own_access(
    organization, invite, accept, grants, dora
):
    ann = new_patient(organization, given="Ann", family="Other")
    with pytest.raises(AddressOfAnother):
        accept(invite(ann), user=User.objects.get(pk=dora.user_id))
    with pytest.raises(AddressOfAnother):
        accept(invite(ann, email=""), user=User.objects.get(pk=dora.user_id))
    assert len(grants()) == 1


def test_a_proxy_has_a_name_and_the_patient_one_account(invite, dana):
    with pytest.raises(NameOfProxyMissing):
        invite(relationship="parent", name=" ")
    with pytest.raises(HasAccess):
        invite()


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "bill", "petra", "dana"])
def test_only_the_desk_invites(act, request, dana_patient, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        invite_patient(dana_patient, relationship="carer", name="Eve", email=MAIL, actor=actor)


def test_access_ends_at_once_and_is_given_back(act, bob, dana, dana_patient, grants):
    with act(bob):
        (grant,) = grants_of(dana_patient.id, actor=bob)
        end_grant(grant, version=grant.version, actor=bob)
        assert load_actor(dana.user_id, realm="portal", patient_id=dana_patient.id)[0].roles == frozenset()
        with pytest.raises(GrantEnded):
            end_grant(grant, version=grant.version, actor=bob)
        restore_grant(grant, version=grant.version, actor=bob)
    assert len(grants()) == 1


def test_what_ended_is_not_given_back_over_a_newer_account(act, bob, dana, dana_patient, grants):
    with act(bob):
        (grant,) = grants_of(dana_patient.id, actor=bob)
        end_grant(grant, version=grant.version, actor=bob)
    new_portal_actor(dana_patient, "Dana Anew")
    with act(bob), pytest.raises(PatientHasAccess):
        restore_grant(grant, version=grant.version, actor=bob)
    assert len(grants()) == 1


def test_a_patient_ends_a_proxy_and_not_herself_a_proxy_ends_nobody(act, dana, dora, dana_patient, grants):
    with act(dana):
        own, proxy = grants_of(dana_patient.id, actor=dana)
        with pytest.raises(OwnAccess):
            end_grant(own, version=own.version, actor=dana)
    with act(dora), pytest.raises(Denied):
        end_grant(own, version=own.version, actor=dora)
    with act(dana):
        end_grant(proxy, version=proxy.version, actor=dana)
    assert [relationship for _email, relationship in grants()] == ["self"]
