"""Dates, times and ages as a clinic writes them: 14-Jul-1945, 14:05, 81 y."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from osler.kernel import clock

_SHORT_MONTHS = (
    pgettext_lazy("month in a date", "Jan"),
    pgettext_lazy("month in a date", "Feb"),
    pgettext_lazy("month in a date", "Mar"),
    pgettext_lazy("month in a date", "Apr"),
    pgettext_lazy("month in a date", "May"),
    pgettext_lazy("month in a date", "Jun"),
    pgettext_lazy("month in a date", "Jul"),
    pgettext_lazy("month in a date", "Aug"),
    pgettext_lazy("month in a date", "Sep"),
    pgettext_lazy("month in a date", "Oct"),
    pgettext_lazy("month in a date", "Nov"),
    pgettext_lazy("month in a date", "Dec"),
)


class Around(date):
    """A day that nobody knows exactly. The first of a month stands for the month, the first of
    January for the year; it is always told as a guess, `about 1981`."""

    @property
    def said(self) -> str:
        """What of it is known."""
        if (self.month, self.day) == (1, 1):
            return f"{self.year}"
        month = f"{_short_month(self.month)}-{self.year}"
        return month if self.day == 1 else f"{self.day:02d}-{month}"


def as_known(day: date | None, *, is_estimated: bool) -> date | None:
    """A stored day, as exact as it is known."""
    return Around(day.year, day.month, day.day) if day and is_estimated else day


def _short_month(month: int) -> str:
    return str(_SHORT_MONTHS[month - 1])


def _local(moment: date | datetime, zone: str = "") -> date | datetime:
    """A moment in the zone of the request, or of the place that is named."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment, ZoneInfo(zone) if zone else None)
    return moment


def clinic_date(moment: date | datetime | None, zone: str = "") -> str:
    """A date that cannot be misread, `14-Jul-1945`."""
    if moment is None:
        return ""
    if isinstance(moment, Around):
        return _("about %(when)s") % {"when": moment.said}
    day = _local(moment, zone)
    return f"{day.day:02d}-{_short_month(day.month)}-{day.year:04d}"


def clinic_time(moment: datetime | None, zone: str = "") -> str:
    """The time of day in the zone of the request or in the one named, `14:05`."""
    if moment is None:
        return ""
    local = _local(moment, zone)
    return f"{local:%H:%M}"


def clinic_datetime(moment: datetime | None) -> str:
    """Date and time, `14-Jul-1945 14:05`."""
    return f"{clinic_date(moment)} {clinic_time(moment)}".strip()


def clinic_day(moment: date | datetime | None, zone: str = "") -> str:
    """A near day with its weekday, `Tue 14-Jul`; with the year when it is not this year."""
    if moment is None:
        return ""
    day = _local(moment, zone)
    year = "" if day.year == clock.today().year else f"-{day.year}"
    return f"{str(WEEKDAYS[day.weekday()])[:3]} {day.day:02d}-{_short_month(day.month)}{year}"


def plain_date(moment: date | datetime | None, zone: str = "") -> str:
    """A date as it is said to a patient, `Tuesday, July 14, 2026`."""
    if moment is None:
        return ""
    if isinstance(moment, Around):
        return clinic_date(moment)
    day = _local(moment, zone)
    words = {"weekday": WEEKDAYS[day.weekday()], "month": MONTHS[day.month], "day": day.day, "year": day.year}
    return _("%(weekday)s, %(month)s %(day)s, %(year)s") % words


def plain_time(moment: datetime | None, zone: str = "") -> str:
    """The time of day as the patient's language writes it, `2:05 p.m.`."""
    return "" if moment is None else date_format(_local(moment, zone), "TIME_FORMAT")


def plain_day(moment: date | datetime | None, zone: str = "") -> str:
    """Yesterday, today and tomorrow by these words, any other day as `plain_date` says it."""
    if moment is None:
        return ""
    local = _local(moment, zone)
    day = local.date() if isinstance(local, datetime) else local
    away = (day - clock.today(ZoneInfo(zone) if zone else None)).days
    near = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    return near.get(away) or plain_date(moment, zone)


def plain_when(moment: datetime | None) -> str:
    """Day and time as they are said to a patient, `Today, 2:05 p.m.`."""
    return "" if moment is None else f"{plain_day(moment)}, {plain_time(moment)}"


def when(moment: datetime | None) -> str:
    """Today its time, yesterday that word, else the date: for lists that are read at a glance."""
    if moment is None:
        return ""
    local = _local(moment)
    day = local.date() if isinstance(local, datetime) else local
    today = clock.today()
    if day == today:
        return clinic_time(moment)
    if day == today - timedelta(days=1):
        return _("Yesterday %(time)s") % {"time": clinic_time(moment)}
    return clinic_date(day)


def age_text(birth_date: date | None, *, at: date | None = None, died_on: date | None = None) -> str:
    """Age as it matters: days, then weeks, months, years and months, and from two years on years."""
    if birth_date is None:
        return ""
    on = died_on or at or clock.today()
    if on < birth_date:
        return ""
    if isinstance(birth_date, Around):
        exact = date(birth_date.year, birth_date.month, birth_date.day)
        return _("about %(age)s") % {"age": age_text(exact, at=at, died_on=died_on)}
    days = (on - birth_date).days
    birthday = min(birth_date.day, monthrange(on.year, on.month)[1])  # in this month
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birthday)
    if days < 28:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if months < 3:
        weeks = days // 7
        return ngettext("%(count)d wk", "%(count)d wk", weeks) % {"count": weeks}
    if months < 24:
        return _("%(count)d mo") % {"count": months}
    return _("%(count)d y") % {"count": months // 12}


def born_text(birth_date: date | None, *, at: date | None = None, died_on: date | None = None) -> str:
    """Birth date with the age, `14-Jul-1945 (81 y)`."""
    if birth_date is None:
        return _("Birth date not recorded")
    age = age_text(birth_date, at=at, died_on=died_on)
    return f"{clinic_date(birth_date)} ({age})" if age else clinic_date(birth_date)
