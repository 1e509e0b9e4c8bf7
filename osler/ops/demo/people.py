"""Invented patients: ages as in a town, families at one address, twins, namesakes, Spanish speakers."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.likeness import swapped
from osler.clinic.patients.models import Flag, Patient, RelatedPerson
from osler.clinic.patients.numbering import number_charts
from osler.clinic.patients.relations import is_minor
from osler.foundation.audit.writing import write
from osler.ops.demo.chance import Chance, table
from osler.ops.demo.house import House
from osler.ops.demo.insuring import make_families

Relationship = RelatedPerson.Relationship
CLOSE_TO_MINOR = (Relationship.MOTHER, Relationship.FATHER, Relationship.GRANDPARENT, Relationship.GUARDIAN)
CLOSE_TO_ADULT = (Relationship.SPOUSE, Relationship.PARTNER, Relationship.SIBLING, Relationship.FRIEND)
SPANISH_SHARE, FAMILY_SHARE, INSURED_SHARE = 0.22, 0.45, 0.86
ALERTS = ("Hard of hearing", "Uses a wheelchair", "Risk of falling", "Needs extra time", "Brings a guide dog")


def make_people(house: House, chance: Chance, *, count: int, today: date) -> list[Patient]:
    """Patients with coverage, relatives and alerts; the portal's demo patient is the first."""
    patients = [_demo_patient(today)]
    while len(patients) < count:
        patients.extend(_household(chance, today))
    patients = patients[:count]
    _make_namesakes(patients)
    _register_again(patients)
    number_charts(patients)
    write(patients)
    write(filter(None, (_coverage(patient, house, chance, today) for patient in patients)))
    write(
        RelatedPerson(
            patient=patient,
            name=f"{chance.choice(table('given_names'))['name']} {patient.family}",
            relationship=chance.choice(CLOSE_TO_MINOR if is_minor(patient, on=today) else CLOSE_TO_ADULT),
            phone=_phone(chance),
            is_emergency_contact=True,
        )
        for patient in patients
        if chance.happens(0.6)
    )
    make_families(patients, today)
    write(Flag(patient=patient, text=chance.choice(ALERTS)) for patient in patients if chance.happens(0.05))
    return patients


def _demo_patient(today: date) -> Patient:
    """Who signs in as patient@demo.test."""
    return Patient(
        given="Elena",
        family="Marín",
        birth_date=date(today.year - 58, 4, 9),
        gender="female",
        language="en",
        phone="555-010-0142",
        email="patient@demo.test",
        **_address(Chance(1)),
    )


def _address(chance: Chance) -> dict[str, str]:
    street = chance.choice(table("streets"))["street"]
    return {"line": f"{chance.randint(1, 240)} {street}", **chance.choice(table("towns"))}


def _phone(chance: Chance) -> str:
    """Numbers of the range that is kept for invented ones (555-01xx), with an invented area."""
    return f"({chance.randint(201, 989)}) 555-01{chance.randint(0, 99):02d}"


def _household(chance: Chance, today: date) -> list[Patient]:
    """One person, or a family with the same name, address and phone."""
    language = "es" if chance.happens(SPANISH_SHARE) else "en"
    families = [row["name"] for row in table("family_names") if row["language"] == language]
    shared = {
        "family": chance.choice(families),
        "language": language,
        "phone": _phone(chance),
        **_address(chance),
    }
    grown = _person(chance, today, shared, (19, 92))
    if not chance.happens(FAMILY_SHARE):
        return [grown]
    others = [_person(chance, today, shared, (25, 60))]
    for _ in range(chance.randint(0, 3)):
        others.append(_person(chance, today, shared, (0, 18)))
    if chance.happens(0.06):
        others.extend(_twins(chance, today, shared))
    return [grown, *others]


def _person(chance: Chance, today: date, shared: dict[str, str], ages: tuple[int, int]) -> Patient:
    names = [row for row in table("given_names") if row["language"] == shared["language"]]
    name = chance.choice(names)
    born = today - timedelta(days=int(chance.uniform(ages[0], ages[1] + 0.99) * 365.25))
    has_mail = born.year < today.year - 16 and chance.happens(0.7)
    return Patient(
        given=name["name"],
        gender=name["gender"],
        birth_date=born,
        needs_interpreter=shared["language"] == "es" and chance.happens(0.25),
        email=f"{chance.getrandbits(40):x}@home.test" if has_mail else "",
        contact_by=Patient.ContactBy.EMAIL if has_mail else _without_mail(name["name"]),
        **shared,
    )


def _without_mail(given: str) -> str:
    """Half of those who have no mail are called, half get texts."""
    return Patient.ContactBy.SMS if len(given) % 2 else Patient.ContactBy.PHONE


def _twins(chance: Chance, today: date, shared: dict[str, str]) -> list[Patient]:
    """Two children of one day, with given names that begin alike."""
    first = _person(chance, today, shared, (1, 16))
    second = _person(chance, today, shared, (1, 16))
    second.birth_date = first.birth_date
    first.given, first.gender, second.given, second.gender = "Daniel", "male", "Daniela", "female"
    return [first, second]


def _make_namesakes(patients: list[Patient]) -> None:
    """Pairs of different people with one name: the alert for them is part of the demo."""
    for one, other in zip(patients[10:400:40], patients[30:420:40], strict=False):
        other.given, other.family, other.gender = one.given, one.family, one.gender


def _register_again(patients: list[Patient]) -> None:
    """Some who were registered twice, each with a slip: what the list of possible duplicates is for."""
    known = [one for one in patients[25:-60] if one.birth_date and len(one.given) > 4]
    for one, other, slip in zip(known[::37], patients[-50:-2:7], SLIPS, strict=False):
        for field in (
            "given",
            "family",
            "birth_date",
            "gender",
            "phone",
            "line",
            "city",
            "state",
            "postal_code",
        ):
            setattr(other, field, getattr(one, field))
        slip(other)


def _misspelled(patient: Patient) -> None:
    patient.given = patient.given[:2] + patient.given[3:]


def _moved(patient: Patient) -> None:
    patient.line, patient.phone = "5 New Road", ""


def _day_for_month(patient: Patient) -> None:
    if patient.birth_date is not None:
        patient.birth_date = swapped(patient.birth_date) or patient.birth_date


def _names_turned(patient: Patient) -> None:
    patient.given, patient.family = patient.family, patient.given


def _married(patient: Patient) -> None:
    patient.family = f"{patient.family}-Baker"


SLIPS = (_misspelled, _moved, _day_for_month, _names_turned, _married)


def _coverage(patient: Patient, house: House, chance: Chance, today: date) -> Coverage | None:
    if not chance.happens(INSURED_SHARE):
        return None
    payer, name = chance.choice(house.payers), chance.choice(["Basic", "Standard", "Plus"])
    coverage = Coverage(
        organization_id=house.organization.id,
        patient=patient,
        payer=payer,
        plan=house.plans[payer.id, name],
        copay_amount=chance.choice([15, 20, 25, 30]),
        period=DateRange(today - timedelta(days=chance.randint(200, 900)), None),
    )
    coverage.member_id = f"M{chance.randint(10**8, 10**9 - 1)}"
    return coverage
