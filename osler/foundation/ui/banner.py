"""The patient banner: who is open, what must not be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

HUES = 8


@dataclass(frozen=True)
class BannerAllergy:
    """An allergy as it is shown: the substance, and how bad it is."""

    substance: str
    severity: str | Promise = ""
    is_severe: bool = False


@dataclass(frozen=True)
class BannerAlert:
    """Something everybody who opens the chart must know."""

    label: str | Promise
    tone: str = "warn"
    url: str = ""
    icon: str = "flag"


@dataclass(frozen=True)
class PatientBanner:
    """What identifies a patient on screen.

    `allergies` None means nobody has asked ("Not recorded"); an empty list means that none
    are known ("No known allergies"). `shows_allergies` is False for those who may not see any.
    """

    name: str
    birth_date: date | None
    sex: str | Promise
    mrn: str
    age_text: str = ""
    called: str = ""
    pronouns: str | Promise = ""
    url: str = ""
    photo_url: str = ""
    died_on: date | None = None
    allergies: Sequence[BannerAllergy] | None = None
    allergies_url: str = ""
    shows_allergies: bool = True
    alerts: Sequence[BannerAlert] = ()
    balance: str = ""
    next_visit: str = ""
    namesakes: int = 0
    hue: int = 0
    is_restricted: bool = False


def hue_of(patient_id: UUID) -> int:
    """The colour bar of a patient, the same on each screen."""
    return patient_id.int % HUES
