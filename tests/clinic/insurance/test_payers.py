"""Insurers: told apart by name, renamed, retired and offered again."""

import pytest

from osler.clinic.insurance.errors import PayerKnown, PayerNameless
from osler.clinic.insurance.models import Payer
from osler.clinic.insurance.payers import add_payer, amend_payer, restore_payer, retire_payer
from osler.clinic.patients.errors import NotAmendable
from osler.kernel.errors import Denied, Missing, StaleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(act, adam):
    with act(adam):
        return add_payer(Payer(name=" Harbor   Health "), actor=adam)


def state():
    return list(Payer.objects.order_by("id").values_list("name", "payer_number", "active", "version"))


def test_a_payer_is_renamed_and_retired_and_back(act, bill, payer):
    with act(bill):
        changes = {"name": "Harbor  Plan", "payer_number": " 60002 "}
        amend_payer(payer, changes=changes, version=1, actor=bill)
        retire_payer(payer, version=2, actor=bill)
        assert state() == [("Harbor Plan", "60002", False, 3)]
        restore_payer(payer, version=3, actor=bill)
        assert state() == [("Harbor Plan", "60002", True, 4)]


def test_what_cannot_be_changes_nothing(act, adam, payer):
    with act(adam):
        other = add_payer(Payer(name="Northern"), actor=adam)
        before = state()
        for refusal, deed in (
            (
                PayerKnown,
                lambda: amend_payer(other, changes={"name": "Harbor Health"}, version=1, actor=adam),
            ),
            (PayerKnown, lambda: add_payer(Payer(name="Northern"), actor=adam)),
            (PayerNameless, lambda: amend_payer(payer, changes={"name": "  "}, version=1, actor=adam)),
            (PayerNameless, lambda: add_payer(Payer(name=""), actor=adam)),
            (NotAmendable, lambda: amend_payer(payer, changes={"active": "no"}, version=1, actor=adam)),
            (StaleVersion, lambda: amend_payer(payer, changes={"name": "X"}, version=5, actor=adam)),
            (StaleVersion, lambda: retire_payer(payer, version=5, actor=adam)),
        ):
            with pytest.raises(refusal):
                deed()
            assert state() == before


@pytest.mark.parametrize("who", ["bob", "alice", "nina", "lena", "petra", "dana", "charlie"])
def test_who_renames_no_payer(act, adam, payer, request, who):
    actor = request.getfixturevalue(who)
    for deed in (
        lambda: amend_payer(payer, changes={"name": "X"}, version=1, actor=actor),
        lambda: retire_payer(payer, version=1, actor=actor),
        lambda: restore_payer(payer, version=1, actor=actor),
    ):
        with act(actor), pytest.raises((Denied, Missing)):
            deed()
    with act(adam):
        assert state() == [("Harbor Health", "", True, 1)]
