"""The one place that reads the time, so that tests and simulations can turn it."""

from datetime import date, datetime, tzinfo

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def today(zone: tzinfo | None = None) -> date:
    """The calendar day that it is in a place (by default the zone of the request)."""
    return timezone.localdate(timezone=zone)
