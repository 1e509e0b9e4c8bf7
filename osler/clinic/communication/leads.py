"""How long before a visit, in minutes and in words."""

from django.utils.translation import ngettext

HOUR = 60
DAY = 24 * HOUR


def lead_words(minutes: int) -> str:
    """How long before a visit, in the largest unit that it is whole in; up to two days in hours."""
    if minutes % DAY == 0 and minutes > 2 * DAY:
        return ngettext("%(count)d day before", "%(count)d days before", minutes // DAY) % {
            "count": minutes // DAY
        }
    if minutes % HOUR == 0:
        return ngettext("%(count)d hour before", "%(count)d hours before", minutes // HOUR) % {
            "count": minutes // HOUR
        }
    return ngettext("%(count)d minute before", "%(count)d minutes before", minutes) % {"count": minutes}
