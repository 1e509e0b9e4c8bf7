"""Forms of the administrator."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.models import Pool
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.directory.models import HealthcareService, Location, Practitioner

STAFF_ROLES = [(role.value, role.label) for role in Role if role in STAFF]


LONGEST_BEFORE = 240


class InvitationForm(forms.Form):
    """A new member of staff."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=STAFF_ROLES, widget=forms.CheckboxSelectMultiple
    )
    facility = forms.ModelChoiceField(
        label=_("Works at"), queryset=Location.objects.none(), required=False, empty_label=_("All sites")
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = sites  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """One more role."""

    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)
    facility = forms.ModelChoiceField(
        label=_("Works at"), queryset=Location.objects.none(), required=False, empty_label=_("All sites")
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = sites  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site, department or room."""

    zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone) for zone in sorted(available_timezones()) if "/" in zone]
    )

    class Meta:
        model = Location
        fields = (
            "name",
            "form",
            "part_of",
            "zone",
            "phone",
            "line",
            "city",
            "state",
            "postal_code",
            "status",
        )
        labels: ClassVar = {
            "name": _("Name"),
            "form": _("Kind"),
            "part_of": _("Part of"),
            "phone": _("Phone"),
            "line": _("Street"),
            "city": _("City"),
            "state": _("State"),
            "postal_code": _("ZIP code"),
            "status": _("Status"),
        }

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part_of"].queryset = places.exclude(id=self.instance.id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("form") == Location.Form.ROOM and data.get("part_of") is None:
            self.add_error("part_of", _("Say in which site the room is."))
        above = data.get("part_of")
        while above is not None:  # a place is never part of itself
            if above.id == self.instance.id:
                self.add_error("part_of", _("A place cannot be part of itself."))
                break
            above = above.part_of
        return data


class PractitionerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person who gives care."""

    specialty = forms.CharField(label=_("Specialty"), max_length=200, required=False)

    class Meta:
        model = Practitioner
        fields = ("prefix", "given", "family", "suffix", "npi", "gender", "user", "active")
        labels: ClassVar = {
            "prefix": _("Title"),
            "given": _("Given names"),
            "family": _("Family name"),
            "suffix": _("Suffix"),
            "npi": _("NPI"),
            "gender": _("Sex"),
            "user": _("Signs in as"),
            "active": _("Works here"),
        }

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["family"].required = True

    def clean_npi(self) -> str:
        npi = str(self.cleaned_data["npi"]).strip()
        if npi and not _is_npi(npi):
            raise forms.ValidationError(_("This is not an NPI: ten digits, the last one a check digit."))
        return npi


def _is_npi(npi: str) -> bool:
    """Ten digits whose last is the Luhn check digit over 80840 and the first nine (45 CFR 162.406)."""
    if len(npi) != 10 or not npi.isdecimal():
        return False
    digits = [int(digit) for digit in reversed("80840" + npi)]
    return sum(d if place % 2 == 0 else d * 2 - 9 * (d > 4) for place, d in enumerate(digits)) % 10 == 0


PARTS = (
    (
        _("Visit"),
        ("name", "name_es", "kind", "preparation", "preparation_es", "video_url", "active"),
    ),
    (
        _("What it takes"),
        ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "places", "needs"),
    ),
    (_("What it costs"), ("charge_code", "revisit_days", "revisit_charge_code", "missed_charge_code")),
    (_("Before it"), ("needs_before", "before_at_least_minutes", "before_at_most_minutes")),
    (
        _("Without the desk"),
        (
            "online_booking",
            "self_booking",
            "online_lead_minutes",
            "online_days_ahead",
            "online_open_visits",
            "online_moves",
            "change_until_minutes",
        ),
    ),
)


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A kind of visit."""

    duration_minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720)
    buffer_before_minutes = forms.IntegerField(
        label=_("Minutes kept free before"), min_value=0, max_value=240, initial=0
    )
    buffer_after_minutes = forms.IntegerField(
        label=_("Minutes kept free after"), min_value=0, max_value=240, initial=0
    )
    places = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=200,
        initial=1,
        help_text=_("More than one for a group that meets together"),
    )
    online_lead_minutes = forms.IntegerField(
        label=_("Booked online until so many minutes before"), min_value=0, max_value=43_200, initial=120
    )
    online_days_ahead = forms.IntegerField(
        label=_("Booked online so many days ahead"), min_value=1, max_value=365, initial=90
    )
    online_open_visits = forms.IntegerField(
        label=_("Visits to come that a patient may book online"), min_value=1, max_value=50, initial=2
    )
    online_moves = forms.IntegerField(
        label=_("How often a patient may move a visit"), min_value=0, max_value=50, initial=3
    )
    change_until_minutes = forms.IntegerField(
        label=_("Patients move and cancel until so many minutes before"),
        min_value=0,
        max_value=43_200,
        initial=1440,
    )
    revisit_days = forms.IntegerField(
        label=_("Coming again within so many days is a revisit"),
        min_value=0,
        max_value=365,
        initial=0,
        required=False,
        help_text=_("0: every visit costs the same"),
    )
    video_url = forms.URLField(
        label=_("Link of the video visit"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Patients see it with their visit."),
    )
    needs_before = forms.ModelChoiceField(
        label=_("Needs before it, the same day"),
        queryset=HealthcareService.objects.none(),
        required=False,
        empty_label=_("Nothing"),
        help_text=_("Both are booked together: a blood test before a review"),
    )
    before_at_least_minutes = forms.IntegerField(
        label=_("Which ends at least (minutes before)"),
        min_value=0,
        max_value=720,
        initial=30,
        required=False,
    )
    before_at_most_minutes = forms.IntegerField(
        label=_("and at most (minutes before)"),
        min_value=0,
        max_value=720,
        initial=240,
        required=False,
    )
    needs = forms.ModelMultipleChoiceField(
        label=_("Needs one of each of"),
        queryset=Pool.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = HealthcareService
        fields = (
            "name",
            "name_es",
            "kind",
            "duration_minutes",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "places",
            "needs_before",
            "before_at_least_minutes",
            "before_at_most_minutes",
            "preparation",
            "preparation_es",
            "charge_code",
            "revisit_days",
            "revisit_charge_code",
            "missed_charge_code",
            "online_booking",
            "self_booking",
            "online_lead_minutes",
            "online_days_ahead",
            "online_open_visits",
            "online_moves",
            "change_until_minutes",
            "video_url",
            "active",
        )
        labels: ClassVar = {
            "name": _("Name"),
            "name_es": _("Name in Spanish"),
            "kind": _("Kind"),
            "preparation": _("How patients prepare"),
            "preparation_es": _("The same in Spanish"),
            "charge_code": _("Charge code"),
            "revisit_charge_code": _("Charge code of a revisit"),
            "missed_charge_code": _("Charge code when it is missed"),
            "online_booking": _("Patients may ask for it online"),
            "self_booking": _("Who books it without the desk"),
            "active": _("Offered"),
        }
        help_texts: ClassVar = {
            "charge_code": _("Without one, the kind of visit says what is charged"),
            "revisit_charge_code": _("Without one a revisit is free"),
            "missed_charge_code": _("Without one a missed visit costs nothing"),
        }
        widgets: ClassVar = {
            "preparation": forms.Textarea(attrs={"rows": 3}),
            "preparation_es": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, pools: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs_before"].queryset = services.exclude(id=self.instance.id)  # type: ignore[attr-defined]
        self.fields["needs"].queryset = pools  # type: ignore[attr-defined]
        if not pools.exists():
            del self.fields["needs"]

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by what they are about, in this order."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in PARTS]

    def clean(self) -> dict[str, Any]:
        """One step before a visit is enough; and there is a span of time for it."""
        data = super().clean() or {}
        if data.get("needs_before") and self.instance.needed_by.exists():
            self.add_error("needs_before", _("This kind of visit comes before another one itself."))
        least = data["before_at_least_minutes"] = data.get("before_at_least_minutes") or 0
        most = data.get("before_at_most_minutes")
        data["before_at_most_minutes"] = most = LONGEST_BEFORE if most is None else most
        data["revisit_days"] = data.get("revisit_days") or 0
        if least > most:
            self.add_error("before_at_most_minutes", _("This must not be less than the minutes at least."))
        return data
