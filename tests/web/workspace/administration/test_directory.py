"""The directory of a clinic knows nobody from elsewhere."""

from osler.foundation.access.assignments import end_role
from osler.foundation.access.models import RoleAssignment
from osler.foundation.accounts.models import User
from osler.foundation.directory.models import Practitioner


def offered(client) -> set[str]:
    page = client.get("/administration/practitioners/new/")
    return {str(user) for user in page.context["form"].fields["user"].queryset}


def test_only_those_who_work_here_sign_in_as_practitioners(act, client_of, adam, alice, nina, charlie, dana):
    client = client_of(adam)
    here = {str(User.objects.get(pk=one.user_id)) for one in (adam, alice, nina)}

    assert offered(client) == here

    with act(adam):
        end_role(RoleAssignment.objects.get(user_id=nina.user_id), version=1, actor=adam)
    assert offered(client) == here - {str(User.objects.get(pk=nina.user_id))}


def test_an_account_from_elsewhere_is_not_taken(act, client_of, adam, charlie, dana):

    for stranger in (charlie, dana):
        fields = {"family": "Moss", "gender": "unknown", "user": str(stranger.user_id), "active": "on"}
        answer = client_of(adam).post("/administration/practitioners/new/", fields)
        assert answer.status_code == 422
    with act(adam):
        assert not Practitioner.objects.filter(user_id__in=[charlie.user_id, dana.user_id]).exists()
