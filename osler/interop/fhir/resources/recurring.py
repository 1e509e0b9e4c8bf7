"""How a visit of a series says so. R4 has no words for it: R5's go out as extensions named after them."""

from typing import Any

from django.db import models

from osler.clinic.scheduling.models import Series
from osler.interop.fhir.elements import Element, Json, Values, put

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment."
SERIES = "urn:osler:series"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK_SYSTEM = "http://hl7.org/fhir/days-of-week"
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
NTH_SYSTEM = "http://hl7.org/fhir/week-of-month"
TYPES = {"daily": "days", "weekly": "weeks", "monthly": "months"}


class Recurring(Element):
    """Which series a visit is of, its number there, whether it was moved on its own, and the rule."""

    def values(self, row: Any) -> Values:
        series: Series | None = row.series if row.series_id else None
        if series is None:
            return ()
        return (
            {"url": SERIES, "valueUuid": f"urn:uuid:{series.pk}"},
            {"url": f"{R5}recurrenceId", "valuePositiveInt": row.recurrence_id},
            {"url": f"{R5}occurrenceChanged", "valueBoolean": row.is_off_pattern},
            {"url": f"{R5}recurrenceTemplate", "extension": _template(series)},
        )

    def read(self, resource: Json) -> Values:
        return tuple(one for one in resource.get("extension") or () if _is_ours(one))

    def write(self, resource: Json, values: Values) -> None:
        others = [one for one in resource.get("extension") or () if not _is_ours(one)]
        put(resource, "extension", [*others, *values])

    def bind(self, model: type[models.Model]) -> None:
        self.fields = []


def _is_ours(extension: Any) -> bool:
    url = str(extension.get("url", "")) if isinstance(extension, dict) else ""
    return url == SERIES or url.startswith(R5)


def _template(series: Series) -> list[Json]:
    said: list[Json] = [
        {"url": "timezone", "valueCodeableConcept": {"text": series.zone}},
        {"url": "recurrenceType", "valueCodeableConcept": {"text": TYPES[series.recurrence_type]}},
    ]
    interval = {"valuePositiveInt": series.interval}
    if series.recurrence_type == Series.Recurrence.WEEKLY:
        days = [{"url": DAYS[day], "valueBoolean": True} for day in sorted(series.weekdays)]
        said.append({"url": "weeklyTemplate", "extension": [*days, {"url": "weekInterval", **interval}]})
    elif series.recurrence_type == Series.Recurrence.MONTHLY:
        said.append(
            {
                "url": "monthlyTemplate",
                "extension": [*_in_month(series), {"url": "monthInterval", **interval}],
            }
        )
    else:
        said.append({"url": "interval", **interval})
    return said


def _in_month(series: Series) -> list[Json]:
    if series.nth_week_of_month is None:
        return [{"url": "dayOfMonth", "valuePositiveInt": series.day_of_month}]
    (day,) = series.weekdays
    return [
        {
            "url": "nthWeekOfMonth",
            "valueCoding": {"system": NTH_SYSTEM, "code": NTH[series.nth_week_of_month]},
        },
        {"url": "dayOfWeek", "valueCoding": {"system": WEEK_SYSTEM, "code": WEEK_CODES[day]}},
    ]
