"""A CSV file of invented people, some of whom come twice with a slip: seeded, and its truth is known."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from osler.clinic.patients.likeness import swapped
from osler.kernel.names import fold
from osler.ops.demo.chance import Chance, table

HEADER = (
    "First Name",
    "Last Name",
    "DOB",
    "Sex",
    "Phone",
    "E-mail",
    "Street",
    "City",
    "State",
    "ZIP",
    "Chart",
)
Person = dict[str, str]
LETTERS = "abcdefghijklmnoprstuvwyz"


@dataclass
class Made:
    """A file, and which of its rows are an earlier one's person."""

    text: str
    doubles: dict[int, int] = field(default_factory=dict)


def people_file(count: int, *, seed: int = 1867, share: float = 0.02, today: date) -> Made:
    """So many rows; `share` of them repeat somebody of an earlier row, without the chart number."""
    chance, text, people = Chance(seed), io.StringIO(), list[tuple[int, Person]]()
    made, writer = Made(""), csv.writer(text)
    writer.writerow(HEADER)
    for number in range(2, count + 2):
        if people and chance.happens(share):
            earlier, person = chance.choice(people)
            person = dict(person, Chart="")
            chance.choice(SLIPS)(person, chance)
            made.doubles[number] = earlier
        else:
            person = _person(chance, number, today)
            people.append((number, person))
        writer.writerow([person[name] for name in HEADER])
    made.text = text.getvalue()
    return made


def _person(chance: Chance, number: int, today: date) -> Person:
    name = chance.choice(table("given_names"))
    families = [row["name"] for row in table("family_names") if row["language"] == name["language"]]
    family = chance.choice(families)
    if chance.happens(0.35):
        family = f"{family} {chance.choice(families)}"
    given = name["name"] if chance.happens(0.5) else f"{name['name']} {chance.choice(LETTERS).upper()}"
    born = today - timedelta(days=int(chance.uniform(0, 95) * 365.25))
    town = chance.choice(table("towns"))
    mail = f"{fold(given).split()[0]}.{chance.getrandbits(32):x}@home.test" if chance.happens(0.5) else ""
    return {
        "First Name": given,
        "Last Name": family,
        "DOB": f"{born:%m/%d/%Y}",
        "Sex": name["gender"][0].upper(),
        "Phone": f"({chance.randint(201, 989)}) {chance.randint(201, 989)}-{chance.randint(0, 9999):04d}",
        "E-mail": mail,
        "Street": f"{chance.randint(1, 9999)} {chance.choice(table('streets'))['street']}",
        "City": town["city"],
        "State": town["state"],
        "ZIP": town["postal_code"],
        "Chart": f"C{number:07d}",
    }


def _dropped(person: Person, chance: Chance) -> None:
    name = chance.choice(("First Name", "Last Name"))
    place = chance.randint(1, len(person[name]) - 1)
    person[name] = person[name][:place] + person[name][place + 1 :]


def _mistyped(person: Person, chance: Chance) -> None:
    name = chance.choice(("First Name", "Last Name"))
    place = chance.randint(1, len(person[name]) - 1)
    person[name] = person[name][:place] + chance.choice(LETTERS) + person[name][place + 1 :]


def _turned(person: Person, chance: Chance) -> None:
    person["First Name"], person["Last Name"] = person["Last Name"], person["First Name"]


def _swapped(person: Person, chance: Chance) -> None:
    month, day, year = map(int, person["DOB"].split("/"))
    other = swapped(date(year, month, day))
    if other is not None:
        person["DOB"] = f"{other:%m/%d/%Y}"


def _moved(person: Person, chance: Chance) -> None:
    person["Street"] = f"{chance.randint(1, 9999)} {chance.choice(table('streets'))['street']}"
    person["Phone"], person["E-mail"] = "", ""


def _year(person: Person, chance: Chance) -> None:
    month, day, year = person["DOB"].split("/")
    person["DOB"] = f"{month}/{day}/{int(year) - 1}"


def _married(person: Person, chance: Chance) -> None:
    person["Last Name"] = f"{person['Last Name']}-{chance.choice(table('family_names'))['name']}"


SLIPS: tuple[Callable[[Person, Chance], None], ...] = (
    _dropped,
    _mistyped,
    _turned,
    _swapped,
    _moved,
    _year,
    _married,
)
