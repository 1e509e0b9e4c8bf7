"""The list by name, and those of the same name."""

import pytest

from osler.clinic.patients.flags import lower_flag, raise_flag
from osler.clinic.patients.queries import active_flags, patient_list, with_namesakes
from osler.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def alphabet(enrolled):
    return [enrolled(family="Young", given=letter).id for letter in "ABCDE"]


def test_the_list_goes_forward_and_back_by_name(act, bob, alphabet):
    with act(bob):
        first = patient_list(bob, limit=2)
        second = patient_list(bob, limit=2, after=first.after)
        third = patient_list(bob, limit=2, after=second.after)
        back = patient_list(bob, limit=2, before=third.before)
        start = patient_list(bob, limit=2, before=back.before)

    pages = [first, second, third, back, start]
    assert [[one.id for one in page.patients] for page in pages] == [
        alphabet[:2],
        alphabet[2:4],
        alphabet[4:],
        alphabet[2:4],
        alphabet[:2],
    ]
    assert (first.before, third.after, start.before) == ("", "", "")


def test_the_list_may_be_narrowed(act, bob, enrolled):
    woman = enrolled(gender="female")
    enrolled(gender="male")
    former = enrolled(active=False)
    with act(bob):
        assert [one.id for one in patient_list(bob, gender="female").patients] == [woman.id]
        assert [one.id for one in patient_list(bob, active=False).patients] == [former.id]


def test_a_mistyped_place_is_refused(act, bob, alphabet):
    with act(bob), pytest.raises(Invalid):
        patient_list(bob, after="somewhere")


def test_which_of_a_list_have_namesakes_is_one_statement(act, bob, enrolled, django_assert_num_queries):
    ada, twin, bea = enrolled(), enrolled(), enrolled(given="Bea")
    with act(bob), django_assert_num_queries(1):
        assert with_namesakes([ada, twin, bea], actor=bob) == {ada.id, twin.id}


def test_a_patient_without_name_has_no_namesake(act, bob, enrolled):
    nameless = enrolled(given="", family="")
    enrolled(given="", family="")
    with act(bob):
        assert with_namesakes([nameless], actor=bob) == frozenset()


def test_alerts_stand_until_they_are_lowered(act, bob, enrolled):
    ada = enrolled()
    with act(bob):
        first = raise_flag(ada, text="Fall risk", actor=bob)
        second = raise_flag(ada, text="Uses a wheelchair", actor=bob)
        lower_flag(first, version=1, actor=bob)

        assert list(active_flags(ada, actor=bob)) == [second]
