"""Which passwords are taken (A19): by length and by a list, not by composition."""

import random
import string

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from osler.config import settings as in_force
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.models import User

TAKEN = [
    "only lower case",  # 15, and no rule of composition
    "0123 4567 8910 x",
    "correcthorsebatterystaplecorrect",
    "    spaces    all    over    ",
    "contraseña con eñes y tíldes",
    "пароль из многих букв",
    "🩺🩻💊🩹🧪🩸🌡️🧬🔬🏥🚑🧠🫀🫁🦷🦴",
    "x" * 7 + "-" + "y" * 56,  # 64
    "".join(random.Random(7).choices(string.ascii_letters, k=128)),
    "a long sentence " * 60,
]
REFUSED = [
    ("fourteen chars", "password_too_short"),
    ("", "password_too_short"),
    ("123456789012345", "password_too_common"),
    ("qwertyuiopasdfgh", "password_too_common"),
    ("passwordpassword", "password_too_common"),
    ("PasswordPassword", "password_too_common"),
    ("PASSWORDPASSWORD", "password_too_common"),
    ("qwertyuiopasdfghjkl", "password_too_common"),
    ("qwertyuiopasdfghjklzxcvbnm", "password_too_common"),
    ("mia.ross@clinic.test", "password_too_similar"),
    ("Mia Ross Mia Ross", "password_too_similar"),
]


@pytest.fixture
def mia(db) -> User:
    return User.objects.create_user("mia.ross@clinic.test", None, name="Mia Ross Mia Ross")


def set_by_link(user: User, password: str) -> bool:
    """Whether the page of the link takes it."""
    client = Client()
    form = client.get(password_path(user), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    return User.objects.get(pk=user.pk).check_password(password)


@pytest.mark.parametrize("password", TAKEN)
def test_taken(mia, password):
    validate_password(password, mia)
    assert set_by_link(mia, password)


@pytest.mark.parametrize(("password", "code"), REFUSED)
def test_refused(mia, password, code):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, mia)
    assert code in {error.code for error in refused.value.error_list}
    assert not set_by_link(mia, password)
    assert not User.objects.get(pk=mia.pk).has_usable_password()


def test_whatever_is_typed_the_list_can_be_asked():
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    letters = string.printable + "éñ🩺\0"
    for _ in range(3_000):
        validate_password("".join(chance.choices(letters, k=chance.randint(15, 60))))


def test_in_force_are_fifteen_characters_and_argon2id():
    minimum = next(one for one in in_force.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in one["NAME"])
    assert minimum["OPTIONS"] == {"min_length": 15}
    assert in_force.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_a_password_is_kept_as_argon2id(settings):
    settings.PASSWORD_HASHERS = in_force.PASSWORD_HASHERS
    assert make_password("a sound password").startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
