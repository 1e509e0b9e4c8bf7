"""raise_flag and lower_flag."""

import pytest

from osler.clinic.patients.flags import AlertEmpty, lower_flag, raise_flag
from osler.clinic.patients.models import Flag
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove

pytestmark = pytest.mark.django_db


def test_an_alert_of_the_same_words_is_raised_once(act, bob, dana_patient):
    with act(bob):
        first = raise_flag(dana_patient, text=" Fall  risk ", actor=bob)
        again = raise_flag(dana_patient, text="Fall risk", actor=bob)

        assert again == first
        assert [flag.text for flag in Flag.objects.all()] == ["Fall risk"]


def test_an_empty_alert_is_refused(act, bob, dana_patient):
    with act(bob):
        with pytest.raises(AlertEmpty):
            raise_flag(dana_patient, text="  ", actor=bob)

        assert not Flag.objects.exists()


def test_an_alert_is_lowered_once(act, bob, dana_patient):
    with act(bob):
        flag = raise_flag(dana_patient, text="Fall risk", actor=bob)
        lower_flag(flag, version=1, actor=bob)

        with pytest.raises(ImpossibleMove):
            lower_flag(flag, version=2, actor=bob)
        with pytest.raises(StaleVersion):
            lower_flag(flag, version=1, actor=bob)

        flag.refresh_from_db()
        assert (flag.status, flag.version) == ("inactive", 2)


@pytest.mark.parametrize("who", ["bill", "lena", "adam", "petra", "charlie", "dana"])
def test_who_raises_no_alerts(act, bob, dana_patient, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises((Denied, Missing)):
        raise_flag(dana_patient, text="Fall risk", actor=actor)
    with act(bob):
        assert not Flag.objects.exists()
