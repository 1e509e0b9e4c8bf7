"""Invented patients of the gallery."""

from datetime import timedelta

from osler.foundation.ui.banner import BannerAlert, BannerAllergy, PatientBanner
from osler.kernel import clock


def ada() -> PatientBanner:
    """A patient with everything a banner can say."""
    return PatientBanner(
        name="OKAFOR, Ada Chidinma",
        called="Addie",
        birth_date=clock.today().replace(year=clock.today().year - 67, month=7, day=14),
        sex="Female",
        pronouns="she/her",
        mrn="104-882-1",
        url="#",
        allergies=[
            BannerAllergy("Penicillin", "anaphylaxis", is_severe=True),
            BannerAllergy("Ibuprofen", "rash"),
        ],
        alerts=[BannerAlert("Falls risk"), BannerAlert("Interpreter: Igbo", tone="info")],
        balance="$40.00",
        next_visit="Thu 03-Dec 09:20",
        namesakes=1,
        hue=0,
    )


def banners() -> list[PatientBanner]:
    """Banners in their states: nothing recorded, none known, an infant, deceased, restricted."""
    today = clock.today()
    return [
        ada(),
        PatientBanner("NGUYEN, Linh", today - timedelta(days=12), "Male", "104-901-7", allergies=None, hue=3),
        PatientBanner(
            "ROSSI, Marco", today - timedelta(days=16_000), "Male", "100-020-3", allergies=[], hue=1
        ),
        PatientBanner(
            "LINDQVIST, Astrid",
            today - timedelta(days=32_500),
            "Female",
            "100-417-9",
            allergies=[],
            died_on=today - timedelta(days=40),
            is_restricted=True,
            hue=7,
        ),
    ]
