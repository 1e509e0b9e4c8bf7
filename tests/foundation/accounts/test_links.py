"""Links without signing in: each names one row of one clinic for one purpose, and nothing else does."""

import string

import pytest
from django.test import override_settings

from osler.foundation.accounts.links import (
    ShortLinks,
    digest,
    is_secret_of,
    named_in,
    new_secret,
    seal_of,
    written,
)
from osler.kernel.keys import uuid7

LINKS, OTHERS = ShortLinks(b"a visit ", 10), ShortLinks(b"an offer ", 10)
CLINIC, OTHER, ROW = uuid7(), uuid7(), uuid7()
STRANGE = ["", "x", "=", "é" * 35, "../" * 9, "A" * 35, "\x00" * 35, "%20"]


def test_a_short_link_names_one_row_of_one_clinic_for_one_purpose():
    token = LINKS.token_of(CLINIC, ROW)

    assert len(token) == 35
    assert LINKS.named_by(token, among=[OTHER, CLINIC]) == (CLINIC, ROW)
    assert LINKS.named_by(token, among=[OTHER]) is None
    assert OTHERS.named_by(token, among=[OTHER, CLINIC]) is None
    with override_settings(SECRET_KEY="another-key"):
        assert LINKS.named_by(token, among=[OTHER, CLINIC]) is None


def test_a_short_link_that_was_changed_anywhere_names_nothing():
    token = LINKS.token_of(CLINIC, ROW)
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token))
    ]
    for one in [*changed, *STRANGE, token[:-1], token + "A", token + "=", token.swapcase()]:
        assert LINKS.named_by(one, among=[CLINIC]) is None, one


@pytest.mark.parametrize("length", [16, 24, 32])
def test_what_was_written_is_read_and_nothing_of_another_length(length):
    secret = new_secret(length)
    text = written(CLINIC, ROW, secret)

    assert named_in(text, length=length) == (CLINIC, ROW, secret)
    for one in (*STRANGE, text[:-1], text + "A"):
        assert named_in(one, length=length) is None, one
    assert named_in(text, length=length + 1) is None


@pytest.mark.parametrize("length", [*range(10, 14), 32])
def test_a_link_has_one_spelling(length):
    short, secret = ShortLinks(b"a visit ", length), new_secret(length)
    token, text = short.token_of(CLINIC, ROW), written(CLINIC, ROW, secret)
    letters = string.ascii_letters + string.digits + "-_"

    def spelt_otherwise(right: str) -> list[str]:
        last = [right[:-1] + letter for letter in letters if letter != right[-1]]
        between = [right[:4] + letter + right[4:] for letter in "!=+/ \n"]
        return [*last, *between, right + "==", right + "\n", right.replace("-", "+").replace("_", "/") + "="]

    for one in spelt_otherwise(token):
        assert short.named_by(one, among=[CLINIC]) is None, one
    for one in spelt_otherwise(text):
        assert named_in(one, length=length) != (CLINIC, ROW, secret), one


def test_a_table_knows_a_secret_by_its_hash_alone():
    secret = new_secret()

    assert is_secret_of(digest(secret), secret)
    assert not is_secret_of(digest(secret), new_secret())
    assert not is_secret_of("", secret)
    assert secret.hex() not in digest(secret)


def test_a_seal_is_of_all_that_it_was_made_of():
    parts = [b"visit", CLINIC.bytes, ROW.bytes]
    seals = {seal_of(*parts), seal_of(*parts[::-1]), seal_of(*parts[:2]), seal_of(b"offer", *parts[1:])}

    assert len(seals) == 4
    with override_settings(SECRET_KEY="another-key"):
        assert seal_of(*parts) not in seals
