"""What a text message means that answers a reminder: only a whole, known word means anything."""

import re
import unicodedata

from osler.clinic.communication.models import PatientReply

Wish = PatientReply.Wish
WORDS = {
    Wish.CONFIRM: ("1", "c", "y", "yes", "ok", "confirm", "s", "si", "confirmo", "confirmar"),
    Wish.CANCEL: ("2", "cancel", "cancelar", "cancelo"),
    Wish.STOP: ("stop", "stopall", "end", "quit", "unsubscribe", "optout", "alto", "baja", "parar"),
    Wish.START: ("start", "unstop", "inicio", "alta"),
    Wish.HELP: ("help", "info", "ayuda"),
}
NO = frozenset({"2", "n", "no", "nogracias", "nothanks", "nothankyou"})
_MEANINGS = {word: wish for wish, words in WORDS.items() for word in words}
_MARKS = re.compile(r"[\W_]+")


def meaning_of(text: str) -> str:
    """The wish that a text message says; anything that is not one known word is for a person."""
    return _MEANINGS.get(_word(text), Wish.OTHER)


def says_no(text: str) -> bool:
    """Whether it says no to what was offered. To a visit that stands, a bare "no" is for a person."""
    return _word(text) in NO


def _word(text: str) -> str:
    """A text without marks, accents and spaces."""
    plain = unicodedata.normalize("NFKD", text[:200]).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _MARKS.sub("", letters)
