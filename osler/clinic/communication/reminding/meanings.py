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
_MEANINGS = {word: wish for wish, words in WORDS.items() for word in words}
_MARKS = re.compile(r"[\W_]+")


def meaning_of(text: str) -> str:
    """The wish that a text message says; anything that is not one known word is for a person."""
    plain = unicodedata.normalize("NFKD", text[:200]).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _MEANINGS.get(_MARKS.sub("", letters), Wish.OTHER)
