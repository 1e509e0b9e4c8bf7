"""Words by their sound (double metaphone, computed by the database as in the search tokens)."""

from django.db.models import CharField, Func, Q, Value
from django.db.models.functions import Concat, Greatest, Least


def _sound(word: str) -> Func:
    return Func(Value(word), function="dmetaphone", output_field=CharField())


def sounding(word: str) -> Q:
    """Tokens of names with a word that sounds so."""
    return Q(kind="s", token=_sound(word))


def sounding_pair(one: str, other: str) -> Q:
    """Tokens of names with two words that sound so, in either order."""
    first, second = _sound(one), _sound(other)
    pair = Concat(Least(first, second), Value(" "), Greatest(first, second))
    return Q(kind="t", token=pair)
