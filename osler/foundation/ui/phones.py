"""Phone numbers as people read them; what is stored stays as it was given."""

import re

_NOT_DIGIT = re.compile(r"\D")
_PLAIN = re.compile(r"(?:\+1)?[\d\s.()/-]+")


def phone_text(number: str) -> str:
    """A North American number in its groups, `(413) 555-0142`; any other as it stands."""
    if not _PLAIN.fullmatch(number or ""):
        return number or ""
    digits = _NOT_DIGIT.sub("", number)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != 10 or digits[0] in "01":
        return number
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
