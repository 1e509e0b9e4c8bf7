"""Chart, inbox and registration of the gallery."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from osler.foundation.ui.charts.lines import Band, Point, Series, line_chart
from osler.foundation.ui.gallery.forms import NoteForm, PatientForm
from osler.foundation.ui.gallery.frame import workspace_frame
from osler.foundation.ui.gallery.people import ada
from osler.foundation.ui.shell import Fact, NavigationEntry
from osler.kernel import clock

Values = tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """A test with its trend."""

    name: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    values: tuple[Decimal, ...]
    days_ago: int
    interpretation: str = ""

    @property
    def last(self) -> Decimal:
        return self.values[-1]

    @property
    def delta(self) -> Decimal:
        return self.values[-1] - self.values[-2]


def _result(
    name: str, unit: str, limits: tuple[str, str], values: str, days_ago: int, said: str = ""
) -> Result:
    low, high = (Decimal(limit) if limit else None for limit in limits)
    return Result(name, unit, low, high, tuple(Decimal(value) for value in values.split()), days_ago, said)


RESULTS = (
    _result("HbA1c", "%", ("4.0", "5.6"), "7.4 7.1 6.8 6.4 6.1", 12),
    _result("Potassium", "mmol/L", ("3.5", "5.1"), "4.4 4.6 4.9 5.2 5.9", 12, "H"),
    _result("Creatinine", "µmol/L", ("45", "84"), "78 80 86 91 104", 12),
    _result("eGFR", "mL/min", ("60", ""), "82 79 71 66 57", 12),
    _result("Hemoglobin", "g/dL", ("12.0", "15.5"), "13.1 13.0 12.8 13.2 13.4", 12),
    _result("LDL cholesterol", "mg/dL", ("", "100"), "142 131 118 104 96", 96),
    _result("TSH", "mIU/L", ("0.4", "4.0"), "2.1 1.9 2.3 2.2 2.0", 201),
)
PROBLEMS = (
    ("Type 2 diabetes mellitus", "E11.9", "since 2011", "active"),
    ("Essential hypertension", "I10", "since 2009", "active"),
    ("Chronic kidney disease, stage 3a", "N18.31", "since 2024", "active"),
    ("Osteoarthritis of the knee, left", "M17.12", "since 2019", "active"),
    ("Recurrent falls", "R29.6", "2 in 12 months", "active"),
)
MEDICATIONS = (
    ("Metformin 1000 mg", "1 tablet twice a day with meals", "active"),
    ("Lisinopril 20 mg", "1 tablet in the morning", "active"),
    ("Atorvastatin 40 mg", "1 tablet at night", "active"),
    ("Paracetamol 500 mg", "1 to 2 tablets as needed, at most 6 a day", "active"),
    ("Spironolactone 25 mg", "held since 12 days for potassium", "on-hold"),
)
ENCOUNTERS = (
    (12, "flask-conical", "Laboratory", "Basic metabolic panel, HbA1c", "final"),
    (26, "stethoscope", "Office visit, Dr. Abara", "Dizziness on standing; spironolactone started", "signed"),
    (96, "stethoscope", "Diabetes review, M. Lindholm", "Feet and eyes checked", "signed"),
    (204, "ambulance", "Emergency, St. Luke's", "Fall at home, no fracture", "finished"),
)
DUE = (
    ("Eye examination", "due 4 weeks ago", "warn"),
    ("Influenza vaccine", "due now", "warn"),
    ("Foot examination", "due in 3 months", "quiet"),
)
INBOX = (
    ("r1", "Potassium 5.9 mmol/L", "Okafor, Ada", "Basic metabolic panel", "HH", 35, True),
    ("r2", "INR 3.4", "Baptiste, Rose", "Coagulation", "H", 62, True),
    ("m1", "Can I take both tablets at once?", "Kowalski, Piotr", "Message from the portal", "", 80, True),
    ("r3", "Chest X-ray", "Ito, Kenji", "Report, no acute finding", "N", 130, True),
    ("r4", "Ferritin 9 µg/L", "Ivanova, Vera", "Iron studies", "L", 200, False),
    ("m2", "Refill: salbutamol inhaler", "Moyo, Tendai", "Refill request", "", 260, True),
    ("r5", "Throat culture", "Cole, Andre", "No growth", "N", 1500, False),
)
DUPLICATES = (
    ("OKAFOR, Ada Chidinma", 24_620, "Female", "104-882-1", "Same birth date and phone", "Very likely"),
    ("OKAFOR, Adaeze", 24_620, "Female", "100-733-0", "Same family name and birth date", "Possible"),
    ("OKAFORD, Ada", 24_588, "Female", "098-114-6", "Name sounds alike", "Unlikely"),
)


def chart() -> dict[str, Any]:
    """A chart summary with a note open beside it."""
    now = clock.now()
    names = (
        "Summary",
        "Timeline",
        "Problems",
        "Medications",
        "Results",
        "Visits",
        "Documents",
        "Orders",
        "Billing",
    )
    return workspace_frame("chart") | {
        "banner": ada(),
        "sections": [NavigationEntry(name, "#", "", 0, name == "Summary") for name in names],
        "problems": PROBLEMS,
        "medications": MEDICATIONS,
        "results": RESULTS,
        "encounters": [(clock.today() - timedelta(days=days), *rest) for days, *rest in ENCOUNTERS],
        "due": DUE,
        "vitals": vitals(),
        "pressure": pressure_chart(),
        "form": NoteForm(auto_id="note_%s", initial=NoteForm.EXAMPLE),
        "saved_at": now,
    }


def vitals() -> list[Fact]:
    """The last vital signs."""
    return [
        Fact("Blood pressure", "134/82 mmHg"),
        Fact("Pulse", "76 /min"),
        Fact("Temperature", "36.7 °C"),
        Fact("Oxygen", "97 %"),
        Fact("Weight", "81.4 kg"),
        Fact("BMI", "29.1 kg/m²"),
    ]


def pressure_chart() -> Any:
    """Blood pressure over two years."""
    today = clock.today()
    upper, lower = (148, 152, 141, 138, 136, 134), (92, 95, 88, 86, 84, 82)
    days = [today - timedelta(days=110 * (5 - i)) for i in range(6)]
    return line_chart(
        "Blood pressure",
        [
            Series("Systolic", [Point(day, value) for day, value in zip(days, upper, strict=True)]),
            Series("Diastolic", [Point(day, value) for day, value in zip(days, lower, strict=True)]),
        ],
        unit="mmHg",
    )


def inbox() -> dict[str, Any]:
    """Results and messages that wait, the first one open."""
    now = clock.now()
    entries = [(*entry[:5], now - timedelta(minutes=entry[5]), entry[6]) for entry in INBOX]
    potassium = RESULTS[1]
    panel = (
        replace(potassium, interpretation="HH"),
        *RESULTS[2:4],
        _result("Sodium", "mmol/L", ("136", "145"), "139 140 138 139 138", 12),
    )
    days = [clock.today() - timedelta(days=60 * (4 - i)) for i in range(5)]
    points = [Point(day, value) for day, value in zip(days, potassium.values, strict=True)]
    return workspace_frame("inbox") | {
        "entries": entries,
        "panel": panel,
        "banner": ada(),
        "collected_at": now - timedelta(hours=3),
        "graph": line_chart(
            "Potassium",
            [Series("Potassium", points)],
            unit="mmol/L",
            band=Band(Decimal("3.5"), Decimal("5.1")),
        ),
    }


def registration() -> dict[str, Any]:
    """A new patient, with likely duplicates beside."""
    today = clock.today()
    typed = {
        "given": "Ada",
        "family": "Okafor",
        "birth_date": "14-Jul-1959",
        "sex": "female",
        "phone": "(212) 555-0142",
    }
    return workspace_frame("registration") | {
        "form": PatientForm(auto_id="new_%s", initial=typed),
        "duplicates": [(name, today - timedelta(days=days), *rest) for name, days, *rest in DUPLICATES],
    }
