"""Refusals of the terminology: a unit that is missing, unknown or does not fit."""

from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Invalid


class UnitMissing(Invalid):
    """A number without its unit; it is never guessed (A98)."""

    code = "unit-missing"
    message = _("Please add the unit.")


class UnitUnknown(Invalid):
    """No such unit in our table."""

    code = "unit-unknown"
    message = _("This unit is not known.")


class NotConvertible(Invalid):
    """The two units measure different things, or the conversion needs the analyte."""

    code = "unit-not-convertible"
    message = _("This value cannot be converted to that unit.")


class NumberUnclear(Invalid):
    """Not a number, or one that reads two ways, such as 1,234."""

    code = "number-unclear"
    message = _("Please write the number with a point for decimals, such as 1234.5.")
