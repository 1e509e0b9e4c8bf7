"""The day board of the gallery."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from osler.foundation.ui.gallery.frame import workspace_frame
from osler.foundation.ui.shell import Tab
from osler.kernel import clock


@dataclass(frozen=True)
class Visit:
    """An appointment as the calendar draws it."""

    start: int
    minutes: int
    name: str
    what: str
    status: str
    lane: str = ""
    born: str = ""

    @property
    def time(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}"

    @property
    def is_short(self) -> bool:
        return self.minutes < 25


@dataclass(frozen=True)
class Column:
    """One clinician's day."""

    name: str
    detail: str
    visits: tuple[Visit, ...]
    free: tuple[tuple[int, int, str], ...]
    off: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Waiting:
    """A patient in the house."""

    name: str
    detail: str
    status: str
    minutes: int
    deed: str


def _at(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _visit(time: str, minutes: int, name: str, what: str, status: str, lane: str = "") -> Visit:
    return Visit(_at(time), minutes, name, what, status, lane)


def _free(*times: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((_at(time), 20, time) for time in times)


COLUMNS = (
    Column(
        "Dr. Ruth Abara",
        "Family medicine · Room 3",
        (
            _visit("08:00", 20, "Okafor, Ada", "Diabetes review", "fulfilled"),
            _visit("08:20", 20, "Whitfield, Tom", "Cough, 5 days", "fulfilled"),
            _visit("08:40", 40, "Haddad, Samira", "New patient", "fulfilled"),
            _visit("09:20", 20, "Delgado, Ines", "Blood pressure", "noshow"),
            _visit("09:40", 20, "Kowalski, Piotr", "Knee pain", "in-progress"),
            _visit("10:20", 20, "Nguyen, Linh", "Well baby, 2 wk", "checked-in"),
            _visit("10:40", 20, "Rossi, Marco", "Result of 12-Nov", "arrived"),
            _visit("11:00", 40, "Petrov, Anya", "Yearly exam", "booked"),
            _visit("13:20", 20, "Moyo, Tendai", "Asthma", "confirmed"),
            _visit("13:40", 20, "Moyo, Rudo", "Asthma", "confirmed"),
            _visit("14:20", 30, "Larsen, Britt", "Skin lesion", "booked"),
            _visit("15:20", 20, "Fox, Daniel", "Follow-up", "pending"),
        ),
        _free("10:00", "11:40", "13:00", "14:00", "15:00", "15:40", "16:00"),
        ((_at("12:00"), 60),),
    ),
    Column(
        "Dr. Emil Sandström",
        "Internal medicine · Room 5",
        (
            _visit("08:30", 30, "Baptiste, Rose", "Heart failure", "fulfilled"),
            _visit("09:00", 30, "Ito, Kenji", "Chest pain, urgent", "fulfilled", "lane-1-of-2"),
            _visit("09:10", 20, "Silva, Joana", "ECG", "fulfilled", "lane-2-of-2"),
            _visit("09:40", 40, "Osei, Kwame", "Pre-operative", "in-progress"),
            _visit("10:20", 30, "Murphy, Siobhan", "Thyroid", "arrived"),
            _visit("11:00", 30, "Berg, Olof", "Gout", "confirmed"),
            _visit("11:30", 30, "Diaz, Carmen", "Diabetes review", "booked"),
            _visit("13:00", 60, "Case conference", "Room 2", "busy"),
            _visit("14:00", 30, "Ivanova, Vera", "Anemia", "cancelled"),
            _visit("14:30", 30, "Cohen, Ruth", "Memory", "booked"),
        ),
        _free("15:00", "15:20"),
        ((_at("08:00"), 30), (_at("12:00"), 60), (_at("16:00"), 120)),
    ),
    Column(
        "Maya Lindholm, NP",
        "Nurse practitioner · Room 1",
        (
            _visit("08:00", 15, "Brooks, Jay", "Vaccination", "fulfilled"),
            _visit("08:15", 15, "Brooks, Kay", "Vaccination", "fulfilled"),
            _visit("08:40", 20, "Santos, Luz", "Dressing", "fulfilled"),
            _visit("09:20", 20, "Cole, Andre", "Sore throat", "fulfilled"),
            _visit("09:50", 20, "Park, Min-ji", "Ear pain", "checked-in"),
            _visit("10:20", 20, "Reyes, Noah", "Vaccination", "booked"),
            _visit("10:40", 20, "Weiss, Lena", "Contraception", "booked"),
            _visit("11:20", 20, "Adeyemi, Tunde", "Travel advice", "confirmed"),
            _visit("13:00", 20, "Quinn, Una", "Stitches out", "booked"),
            _visit("13:20", 20, "Khan, Amir", "Rash", "booked"),
            _visit("14:40", 40, "Holm, Sofie", "New patient", "booked"),
        ),
        _free("09:00", "11:00", "11:40", "13:40", "14:00", "15:20", "15:40"),
        ((_at("12:00"), 60), (_at("17:00"), 60)),
    ),
    Column(
        "Dr. José Ferreira",
        "Pediatrics · Room 4",
        (
            _visit("09:00", 20, "Grant, Ellie", "Fever", "fulfilled"),
            _visit("09:20", 40, "Abbas, Yusuf", "2-year check", "fulfilled"),
            _visit("10:00", 20, "Novak, Ema", "Vaccination", "arrived"),
            _visit("10:40", 20, "Chen, Leo", "Eczema", "confirmed"),
            _visit("11:00", 40, "Torres, Mia", "6-month check", "booked"),
            _visit("13:00", 20, "Shah, Dev", "Cough", "booked"),
            _visit("13:40", 40, "Lane, Ivy", "School form", "booked"),
            _visit("15:00", 20, "Park, Joon", "Ear check", "waitlist"),
        ),
        _free("10:20", "11:40", "13:20", "14:20", "14:40", "15:20"),
        ((_at("08:00"), 60), (_at("12:00"), 60), (_at("16:30"), 90)),
    ),
)

WAITING = (
    Waiting("Novak, Ema", "Dr. Ferreira · 10:00", "arrived", 21, "To room"),
    Waiting("Rossi, Marco", "Dr. Abara · 10:40", "arrived", 12, "To room"),
    Waiting("Murphy, Siobhan", "Dr. Sandström · 10:20", "arrived", 4, "To room"),
    Waiting("Park, Min-ji", "M. Lindholm · 09:50", "checked-in", 9, "Start"),
    Waiting("Nguyen, Linh", "Dr. Abara · 10:20", "checked-in", 6, "Start"),
)


def day_board() -> dict[str, Any]:
    """The calendar of today and who is in the house."""
    now = clock.now()
    return workspace_frame("day-board") | {
        "columns": COLUMNS,
        "hours": [(hour, hour * 12) for hour in range(8, 18)],
        "now_row": _at("10:12"),
        "waiting": [(entry, now - timedelta(minutes=entry.minutes)) for entry in WAITING],
        "views": [Tab("Day", "#", current=True), Tab("Week", "#"), Tab("List", "#")],
        "today": clock.today(),
    }
