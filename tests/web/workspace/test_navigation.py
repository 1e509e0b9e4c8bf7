"""The rail: where each role can go; the first four are at hand on a phone."""

import pytest


def places(client) -> list[tuple[str, int]]:
    return [(str(entry.label), entry.count) for entry in client.get("/home/").context["navigation"]]


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("alice", ["Home", "Day board", "Calendar", "Inbox"]),
        ("nina", ["Home", "Day board", "Calendar", "Inbox"]),
        ("bob", ["Home", "Day board", "Calendar", "Queue"]),
        ("lena", ["Home", "Queue", "Patients", "Laboratory"]),
        ("bill", ["Home", "Patients", "Billing"]),
    ],
)
def test_what_a_role_works_with_comes_first(request, client_of, who, first):
    found = places(client_of(request.getfixturevalue(who)))

    assert [label for label, _count in found][:4] == first
