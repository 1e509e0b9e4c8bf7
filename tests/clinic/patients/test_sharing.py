"""Contacts that several patients have are counted, each of them (A10)."""

import pytest

from osler.clinic.patients.candidates import Person, candidates
from osler.clinic.patients.registration import amend_patient
from osler.clinic.patients.sharing import Sharing, sharing_of
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db
AT_HOME = {"phone": "(212) 555-0142", "email": "home@home.test"}


def test_every_shared_phone_and_address_is_counted(act, bob, enrolled):
    family = [enrolled(given=given, **AT_HOME) for given in ("Ada", "Bea", "Cy")]
    apart = enrolled(given="Dan", phone="917 555 0000", email="dan@home.test")
    with act(bob):
        assert [sharing_of(one, actor=bob) for one in family] == [Sharing(2, 2)] * 3
        assert sharing_of(apart, actor=bob) == Sharing(0, 0)
        moved = {"email": "Home@Home.test", "phone": "+1 212 555 0142"}
        amend_patient(apart, changes=moved, version=None, actor=bob)
        assert sharing_of(apart, actor=bob) == Sharing(3, 3)
        amend_patient(family[0], changes={"active": False}, version=None, actor=bob)
        assert sharing_of(apart, actor=bob) == Sharing(2, 2)


@pytest.mark.parametrize(("phone", "email"), [("999-999-9999", "none@none.com"), ("", "")])
def test_what_stands_for_nothing_is_shared_by_nobody(act, bob, enrolled, phone, email):
    one, _other = (enrolled(given=given, phone=phone, email=email) for given in ("Ada", "Bea"))
    with act(bob):
        assert sharing_of(one, actor=bob) == Sharing(0, 0)


def test_an_e_mail_address_finds_its_owner_again(act, bob, enrolled):
    known = enrolled(email="ada@home.test")
    typed = unsaved(given="", family="", birth_date=None, phone="", email="ADA@home.test")
    with act(bob):
        assert candidates([Person(typed)], actor=bob) == [{known.id}]
