"""The sentences of an import: why a row was refused, what was noted of one that was not."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.importing.columns import FIELDS
from osler.clinic.patients.likeness import TEXTS

COLUMN_TWICE = _("Two columns are “%(field)s”. Please choose one of them.")
COLUMN_UNKNOWN = _("The file has no column “%(column)s”.")
FIELD_UNKNOWN = _("There is no field “%(field)s”.")
ISSUER_MISSING = _("Please say for each number which system has given it.")
NAME_COLUMN_MISSING = _("Please say which column is the name.")
OPTION_UNKNOWN = _("“%(option)s” has a value that we do not know.")

REASONS: dict[str, str | Promise] = {
    "too-wide": _("There are more cells than headings."),
    "too-long": _("The text is longer than can be kept."),
    "name-missing": _("There is no name."),
    "date-unreadable": _("This is no date that can be read."),
    "date-ambiguous": _("Day or month first? Say it under the columns."),
    "date-impossible": _("The birth date lies in the future or before 1850."),
    "age-unreadable": _("This is no age in years."),
    "gender-unknown": _("Say under the columns which sex this means."),
    "email-unreadable": _("This is no e-mail address."),
    "phone-unreadable": _("This is no phone number."),
    "yes-or-no": _("Neither yes nor no."),
    "number-unfit": _("The number does not look as its type says, or its check digit is wrong."),
    "number-repeated": _("An earlier row of the file has this number."),
    "database-refused": _("The database refuses it."),
}
NOTES: dict[str, str | Promise] = {
    "zip-padded": _("ZIP code: the zero that the spreadsheet had dropped was put back."),
    "age-estimated": _("Birth date estimated from the age."),
}


def reason_words(reason: str) -> str:
    """A reason as a sentence."""
    return str(REASONS.get(reason, reason))


def note_words(notes: str) -> list[str]:
    """Notes as sentences; of a known patient the fields that say otherwise here."""
    found = []
    for note in notes.split():
        kind, _colon, field = note.partition(":")
        if kind == "differs":
            found.append(
                str(_("Differs here, left as it is: %(field)s.") % {"field": FIELDS.get(field, field)})
            )
        elif kind == "filled":
            found.append(str(_("Completed: %(field)s.") % {"field": FIELDS.get(field, field)}))
        elif note in NOTES:
            found.append(str(NOTES[note]))
    return found


def level_words(levels: str) -> list[str]:
    """What agrees or differs, as far as it is worth telling."""
    return [str(TEXTS[level]) for level in levels.split() if TEXTS.get(level)]
