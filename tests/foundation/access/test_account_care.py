"""An administrator's deeds for accounts: with a reason, in the trail, at once, and in this clinic alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from osler.foundation.access.account_care import (
    ClosedAlready,
    NoSecondStep,
    OpenAlready,
    OwnAccount,
    ReasonMissing,
    RevokedAlready,
    close_account,
    hand_over_link,
    reopen_account,
    reset_second_step,
    revoke_api_token,
)
from osler.foundation.access.assignments import LastAdministrator, end_role
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.attempts import CODE
from osler.foundation.accounts.models import ApiToken, Session, User
from osler.foundation.accounts.tokens import issue_token
from osler.foundation.audit.models import AuditEvent
from osler.kernel.errors import Denied, Missing
from tests.conftest import PASSWORD, new_actor, new_organization, no_clinic_known
from tests.foundation.access.second_steps import authenticators, enroll, enroll_recovery

DEEDS = [close_account, reopen_account, reset_second_step, hand_over_link]
PAGES = {
    "user-close": "close",
    "user-reopen": "reopen",
    "user-second-step": "second_step",
    "user-link": "link",
}
NEW = "a-new-and-sound-password"
WHY = "Phone lost, seen in person"


def user_of(actor) -> User:
    with no_clinic_known():
        return User.objects.get(pk=actor.user_id)


def state(user: User) -> tuple:
    fresh = User.objects.get(pk=user.pk)
    sessions = Session.objects.filter(user=user).count()
    tokens = ApiToken.objects.filter(user=user, revoked_at=None).count()
    return fresh.is_active, fresh.password, sessions, tokens, authenticators(user)


def furnished(actor, client_of) -> User:
    """An account with everything that a deed could touch."""
    user = user_of(actor)
    enroll(user)
    enroll_recovery(user)
    client_of(actor)
    issue_token(user, scope="user/*.rs")
    return user


def trail(act, actor) -> list[tuple]:
    with act(actor):
        events = AuditEvent.objects.filter(entity="accounts_user").order_by("id")
        return [(one.actor_id, one.entity_id, one.action, one.detail, one.reason) for one in events]


def test_a_closed_account_is_dead_at_once_everywhere(act, client_of, adam, alice):
    user = user_of(alice)
    sessions = [client_of(alice), client_of(alice)]
    bearer = f"Bearer {issue_token(user, scope='user/*.rs')}"
    api = Client(headers={"Authorization": bearer})
    assert api.get("/fhir/R4/Patient").status_code == 200
    with act(adam):
        close_account(user, reason=f"  {WHY} ", actor=adam)

    assert [client.get("/home/").status_code for client in sessions] == [302, 302]
    assert Client().post("/", {"login": user.email, "password": PASSWORD}).headers["Location"] == (
        "/accounts/inactive/"
    )
    assert ApiToken.objects.get(user=user).revoked_at is not None
    assert Session.objects.filter(user=user).count() == 0
    assert trail(act, adam) == [(adam.user_id, user.pk, "E", "account closed", WHY)]
    with act(adam), pytest.raises(ClosedAlready):
        close_account(user_of(alice), reason=WHY, actor=adam)


def test_opened_again_the_account_signs_in_and_the_tokens_stay_revoked(act, client_of, adam, alice):
    user = user_of(alice)
    issue_token(user, scope="user/*.rs")
    with act(adam):
        with pytest.raises(OpenAlready):
            reopen_account(user, reason=WHY, actor=adam)
        close_account(user, reason=WHY, actor=adam)
        reopen_account(user_of(alice), reason="Back from leave", actor=adam)
    assert client_of(alice).get("/home/").status_code == 200
    assert ApiToken.objects.get(user=user).revoked_at is not None
    assert [one[3:] for one in trail(act, adam)] == [
        ("account closed", WHY),
        ("account opened again", "Back from leave"),
    ]


def test_a_lost_second_step_is_reset(act, client_of, adam, alice):
    user = furnished(alice, client_of)
    for _ in range(CODE.tries):
        CODE.count(str(user.pk))
    with act(adam):
        reset_second_step(user, reason=WHY, actor=adam)
        with pytest.raises(NoSecondStep):
            reset_second_step(user, reason=WHY, actor=adam)
    assert authenticators(user) == set()
    assert not Session.objects.filter(user=user).exists()
    assert not CODE.is_reached(str(user.pk))
    assert trail(act, adam) == [(adam.user_id, user.pk, "E", "second step reset", WHY)]


def test_a_new_link_works_once_and_the_old_password_until_then(act, adam, alice):
    user = user_of(alice)
    with act(adam):
        path = hand_over_link(user, reason=WHY, actor=adam)
    assert user_of(alice).check_password(PASSWORD)
    client = Client()
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert user_of(alice).check_password(NEW)
    assert Client().get(path, follow=True).context["token_fail"]
    assert trail(act, adam) == [(adam.user_id, user.pk, "E", "link to set a password", WHY)]


@pytest.mark.parametrize("deed", DEEDS)
def test_refusals_change_nothing(act, request, client_of, adam, alice, deed):
    user = furnished(alice, client_of)
    abroad = new_actor(new_organization("Other Clinic"), Role.ADMINISTRATOR, "Abel Rome")
    cases = [(adam, " ", ReasonMissing), (abroad, WHY, Missing), (alice, WHY, Denied)]
    cases += [(request.getfixturevalue(one), WHY, Denied) for one in ("bob", "petra", "bill", "dana")]
    before = state(user)
    for actor, reason, refusal in cases:
        with act(actor), pytest.raises(refusal):
            deed(user, reason=reason, actor=actor)
    own = furnished(adam, client_of)
    kept = state(own)
    with act(adam), pytest.raises(OwnAccount):
        deed(own, reason=WHY, actor=adam)
    assert (state(user), state(own)) == (before, kept)
    assert trail(act, adam) == []


def test_somebody_is_left_to_give_roles(act, organization, adam):
    """A closed administrator is none: not for ending the role of the other, nor for closing the other."""
    ada = new_actor(organization, Role.ADMINISTRATOR, "Ada Lane")
    with act(ada):
        close_account(user_of(adam), reason=WHY, actor=ada)
        held = RoleAssignment.objects.get(user_id=ada.user_id)
        with pytest.raises(LastAdministrator):
            end_role(held, version=None, actor=ada)
    with act(adam), pytest.raises(LastAdministrator):  # at the same moment, still thought to be open
        close_account(user_of(ada), reason=WHY, actor=adam)
    assert user_of(ada).is_active


def test_a_token_is_revoked_at_once(act, adam, alice):
    api = Client(headers={"Authorization": f"Bearer {issue_token(user_of(alice), scope='user/*.rs')}"})
    assert api.get("/fhir/R4/Patient").status_code == 200
    token = ApiToken.objects.get(user_id=alice.user_id)
    with act(adam):
        revoke_api_token(token, actor=adam)
        with pytest.raises(RevokedAlready):
            revoke_api_token(token, actor=adam)
    with act(alice), pytest.raises(Denied):
        revoke_api_token(token, actor=alice)
    with act(adam):
        event = AuditEvent.objects.get(entity="accounts_apitoken")
        assert (event.entity_id, event.action, event.detail) == (token.id, "E", "token revoked")


# The pages


def test_the_page_does_each_deed_and_says_so(client_of, act, adam, alice):
    user, client = furnished(alice, client_of), client_of(adam)
    page = client.get(reverse("user", args=[user.pk])).content.decode()
    for words in ("recovery codes, app with codes", "user/*.rs", "Close the account", "New password"):
        assert words in page
    token = ApiToken.objects.get(user=user)
    client.post(reverse("token-revoke", args=[user.pk, token.pk]))
    client.post(reverse("user-second-step", args=[user.pk]), {"reason": WHY})
    link = client.post(reverse("user-link", args=[user.pk]), {"reason": WHY}).context["link"]
    client.post(reverse("user-close", args=[user.pk]), {"reason": WHY})
    assert state(user) == (False, user.password, 0, 0, set())
    assert user.pk.hex in link
    page = client.get(reverse("user", args=[user.pk])).content.decode()
    assert "Open the account again" in page
    assert "Closed" in client.get(reverse("users")).content.decode()
    client.post(reverse("user-reopen", args=[user.pk]), {"reason": WHY})
    assert state(user)[0]
    assert [one[3] for one in trail(act, adam)] == [
        "second step reset",
        "link to set a password",
        "account closed",
        "account opened again",
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_form_that_is_not_taken_stays_open_with_what_is_wrong(client_of, act, adam, alice, name):
    user = furnished(alice, client_of)
    client, before = client_of(adam), state(user)
    answer = client.post(reverse(name, args=[user.pk]), {"reason": " "})
    assert answer.status_code == 422
    assert (answer.context["sent"], state(user)) == (PAGES[name], before)
    if name == "user-reopen":
        refused = client.post(reverse(name, args=[user.pk]), {"reason": WHY})
        assert refused.status_code == 409
        assert str(OpenAlready.message) in refused.content.decode()
    own = client.post(reverse(name, args=[adam.user_id]), {"reason": WHY})
    assert own.status_code == 409
    assert trail(act, adam) == []


def test_users_and_tokens_of_others_are_those_of_nobody(client_of, adam, alice, charlie):
    client, token = client_of(adam), None
    for actor in (alice, charlie):
        issue_token(user_of(actor), scope="user/*.rs")
    token = ApiToken.objects.get(user_id=charlie.user_id)
    before = state(user_of(charlie))
    for name in PAGES:
        assert client.post(reverse(name, args=[charlie.user_id]), {"reason": WHY}).status_code == 404
    for owner in (alice, charlie):
        assert client.post(reverse("token-revoke", args=[owner.user_id, token.pk])).status_code == 404
    assert state(user_of(charlie)) == before


def test_an_expired_token_is_shown_as_such(client_of, adam, alice):
    issue_token(user_of(alice), scope="user/*.rs", lifetime=timedelta(days=-1))
    page = client_of(adam).get(reverse("user", args=[alice.user_id])).content.decode()
    assert "expired" in page
    assert "Revoke" not in page
