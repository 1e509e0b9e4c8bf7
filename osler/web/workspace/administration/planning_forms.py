"""Forms for working hours and absences."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.calendars.absences import absence_between
from osler.clinic.scheduling.calendars.hours import Span
from osler.clinic.scheduling.models import Absence
from osler.clinic.scheduling.wall_time import instant_of
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.ui.date_entry import ClinicDateField
from osler.web.workspace.billing.forms import DeedForm

SHORTEST_SLOT, LONGEST_SLOT = 5, 240
DAYS = [(number, WEEKDAYS[number]) for number in range(7)]
WHOLE = "clinic"


def clock_field(label: Any, *, required: bool = True) -> forms.TimeField:
    """A reading of the clock on the wall."""
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class HoursForm(DeedForm):
    """When somebody works at a site."""

    location = forms.ModelChoiceField(
        label=_("Site"), queryset=Location.objects.none(), empty_label=None, required=True
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = clock_field(_("From"))
    ends = clock_field(_("To"))
    first_day = ClinicDateField(label=_("First day"))
    last_day = ClinicDateField(label=_("Last day"), required=False)

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = sites  # type: ignore[attr-defined]

    @property
    def span(self) -> Span:
        """From when to when."""
        return Span(self.cleaned_data["starts"], self.cleaned_data["ends"])


class ScheduleForm(DeedForm):
    """How somebody is booked at a site."""

    slot_minutes = forms.IntegerField(
        label=_("A slot every (minutes)"), min_value=SHORTEST_SLOT, max_value=LONGEST_SLOT
    )
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Location.objects.none(), required=False, empty_label=_("Any")
    )
    active = forms.BooleanField(label=_("Takes bookings"), required=False)

    def __init__(self, *args: Any, rooms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]


class AbsenceForm(DeedForm):
    """Who is away, or what is closed, and when; `seen` is what was shown to stand in it."""

    who = forms.ChoiceField(label=_("Who is away"))
    first_day = ClinicDateField(label=_("First day"))
    last_day = ClinicDateField(label=_("Last day"), required=False, help_text=_("Empty: one day"))
    starts = clock_field(_("From"), required=False)
    ends = clock_field(_("To"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        sites: Iterable[Location],
        practitioners: Iterable[Practitioner],
        zones: dict[UUID, str],
        zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {f"site-{one.id}": one for one in sites}
        self.people = {f"person-{one.id}": one for one in practitioners}
        self.zones, self.zone = zones, zone
        places = [(WHOLE, _("The whole clinic")), *((key, one.name) for key, one in self.sites.items())]
        people = [(key, one.list_name) for key, one in self.people.items()]
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (_("Clinicians"), people),
            (_("Closed"), places),
        ]

    def absence(self) -> Absence:
        """The absence, unsaved; whole days unless times are given."""
        data = self.cleaned_data
        person, site = self.people.get(data["who"]), self.sites.get(data["who"])
        zone = site.zone if site else self.zones.get(person.id, self.zone) if person else self.zone
        last = data["last_day"] or data["first_day"]
        start = instant_of(data["first_day"], data["starts"] or time(), zone=zone, fold=0)
        if data["ends"]:
            end: datetime = instant_of(last, data["ends"], zone=zone, fold=1)
        else:
            end = instant_of(last + timedelta(days=1), time(), zone=zone, fold=0)
        return absence_between(start, end, reason=data["reason"], practitioner=person, location=site)
