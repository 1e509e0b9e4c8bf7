"""Check digits: how the last sign of a number, or the last two, tell that it was read and typed rightly.

Of Luhn, Verhoeff and ISO 7064 MOD 11-2 only the digits count (of the latter an X at the end, too); of
MOD 97-10 letters as well. The database reckons the same (`patients_check_fits`).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum import luhn, verhoeff
from stdnum.iso7064 import mod_11_2, mod_97_10


class CheckDigit(models.TextChoices):
    NONE = "", _("None")
    LUHN = "luhn", _("Luhn (mod 10)")
    VERHOEFF = "verhoeff", _("Verhoeff")
    MOD_11 = "mod-11-2", _("Mod 11 (ISO 7064 MOD 11-2, may end in X)")
    MOD_97 = "mod-97-10", _("Mod 97 (ISO 7064 MOD 97-10, two digits)")


_BY_DIGITS = {CheckDigit.LUHN: luhn, CheckDigit.VERHOEFF: verhoeff, CheckDigit.MOD_11: mod_11_2}
SIGNS = {"": 0, CheckDigit.LUHN: 1, CheckDigit.VERHOEFF: 1, CheckDigit.MOD_11: 1, CheckDigit.MOD_97: 2}
"""How many signs at the end it takes."""


def check_fits(kind: str, number: str) -> bool:
    """Whether the end of a number agrees with the rest of it."""
    if not kind:
        return True
    signs = counted(kind, number)
    if len(signs) <= SIGNS[kind]:
        return False
    if kind == CheckDigit.MOD_97:
        return bool(mod_97_10.is_valid(signs))
    return bool(_BY_DIGITS[CheckDigit(kind)].is_valid(signs))


def check_of(kind: str, number: str) -> str:
    """What must follow a number that lacks its end."""
    signs = counted(CheckDigit.LUHN if kind == CheckDigit.MOD_11 else kind, number)
    if kind == CheckDigit.MOD_97:
        return str(mod_97_10.calc_check_digits(signs))
    return str(_BY_DIGITS[CheckDigit(kind)].calc_check_digit(signs))


def counted(kind: str, number: str) -> str:
    """The signs of a number that a check digit is reckoned of."""
    signs = "".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum())
    if kind == CheckDigit.MOD_97:
        return signs
    end = "X" if kind == CheckDigit.MOD_11 and signs.endswith("X") else ""
    return "".join(sign for sign in signs if sign.isdigit()) + end
