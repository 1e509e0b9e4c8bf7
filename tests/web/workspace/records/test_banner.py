"""The banner tells every role the same of what must be known first."""

import pytest

from osler.clinic.patients.models import Flag
from osler.web.workspace.patients.banner import banner_of
from tests.conftest import new_patient


@pytest.mark.parametrize("role", ["alice", "nina", "bob"])
def test_each_role_is_warned_alike(act, organization, role, request):
    actor = request.getfixturevalue(role)
    patient = new_patient(organization, given="José", family="García", needs_interpreter=True, active=False)
    new_patient(organization, given="Jose", family="Garcia")
    with act(actor):
        Flag(patient=patient, text="Risk of falling").save()
        banner = banner_of(patient, actor=actor)

        assert [str(alert.label) for alert in banner.alerts] == [
            "Inactive record",
            "Interpreter",
            "Risk of falling",
        ]
        assert banner.namesakes == 1
