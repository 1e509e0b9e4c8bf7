"""Numbers that a state or a payer gave lie sealed everywhere, and every door says them as they came."""

import json
import random
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.matching import likely_duplicates
from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.vault.sealing import CannotOpen, blind_index
from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.models import SearchValue, StoredResource
from osler.interop.fhir.protecting import MARK, SEARCH_VALUES, opened, sealed_text
from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN, OWNER
from tests import databases
from tests.conftest import new_patient
from tests.environment import FULL, SEED
from tests.interop.fhir.conftest import bring, id_here, rows
from tests.interop.fhir.doors.test_bundles import bundle, entry

SSN, PASSPORT, LICENSE, NATIONAL = "999-64-3187", "X5512877X", "S99917205", "CH-7560-9217"
MEMBER, CARD = "MBR-4417-220", "CARD/88-310"
SECRETS = (SSN, PASSPORT, LICENSE, NATIONAL, MEMBER, CARD)
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
STATES = 1000 if FULL else 100


def identifier(value: str, system: str = "", code: str = "") -> dict[str, Any]:
    kind = {"type": {"coding": [{"system": V2, "code": code}]}} if code else {}
    return {**kind, **({"system": system} if system else {}), "value": value}


def patient(source_id: str = "p1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": source_id,
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">Ann, {SSN}</div>',
        },
        "identifier": [
            identifier("77", "urn:example:mrn", "MR"),
            identifier(SSN, "http://hl7.org/fhir/sid/us-ssn"),
            identifier(PASSPORT, "urn:example:papers", "PPN"),
            identifier(LICENSE, "urn:oid:2.16.840.1.113883.4.3.25", "DL"),
            identifier(NATIONAL, "urn:example:state", "NNCHE"),
        ],
        "name": [{"family": "Levin", "given": ["Ann"]}],
        "gender": "female",
        "birthDate": "1970-01-02",
        **more,
    }


def coverage(source_id: str = "c1", beneficiary: str = "Patient/p1") -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": source_id,
        "identifier": [identifier(CARD, "urn:example:payer")],
        "status": "active",
        "subscriberId": MEMBER,
        "beneficiary": {"reference": beneficiary},
        "payor": [{"display": "Acme"}],
    }


def tables_that_tell(organization: Any, words: tuple[str, ...] = SECRETS) -> set[str]:
    """The tables in which any of the words stands for the organization."""
    with acting(SystemActor(organization.id)), connection.cursor() as cursor:
        return scanned(cursor, words)


def scanned(cursor: Any, words: tuple[str, ...] = SECRETS) -> set[str]:
    """The tables in which any of the words stands, in whatever column, as text or as bytes."""
    patterns = [f"%{form}%" for word in words for form in (word, word.lower(), word.encode().hex())]
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
    )
    found = set()
    for (table,) in cursor.fetchall():
        cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [patterns])
        if cursor.fetchone()[0]:
            found.add(table)
    return found


def identifiers(resource: Any) -> list[str]:
    return [each["value"] for each in resource["identifier"]]


@pytest.fixture
def levin(organization: Any) -> Any:
    tally = bring(organization, patient(), coverage())
    assert (tally.created, tally.refusals, tally.notes) == (2, [], [])
    return id_here(organization, "Patient", "p1")


def test_no_table_tells_what_was_imported_and_changed_and_its_history_neither(
    organization, levin, api_of, bob
):
    desk = api_of(bob)
    asked = json.loads(desk.get(f"/Patient/{levin}").content)
    moved = desk.put(f"/Patient/{levin}", {**asked, "address": [{"city": "Salem"}]}, HTTP_IF_MATCH='W/"1"')
    assert moved.status_code == 200
    bring(organization, patient(gender="unknown"))
    with acting(SystemActor(organization.id)):
        [number] = PatientIdentifier.objects.filter(type_code="PPN")
        number.save()

    assert tables_that_tell(organization) == set()
    with acting(SystemActor(organization.id)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_rowhistory")
        assert cursor.fetchone()[0] >= 3


def test_the_scan_of_the_tables_sees_what_lies_open(organization, levin):
    assert {"patients_patientidentifier", "patients_searchtoken"} <= tables_that_tell(organization, ("77",))


def test_every_door_says_it_as_it_came(organization, levin, api, tmp_path):
    as_it_came = patient()
    key = id_here(organization, "Coverage", "c1")
    text = api.get(f"/Patient/{levin}").content.decode()
    assert MARK not in text
    read = json.loads(text)
    assert (read["identifier"], read["text"]) == (as_it_came["identifier"], as_it_came["text"])
    whole = json.loads(api.get(f"/Patient/{levin}/$everything").content)
    said = {one["resource"]["resourceType"]: one["resource"] for one in whole["entry"]}
    assert said["Patient"] == read
    answers = [
        *api.found("/Patient?family=Levin"),
        json.loads(api.get(f"/Patient/{levin}/_history/1").content),
        *(one["resource"] for one in json.loads(api.get(f"/Patient/{levin}/_history").content)["entry"]),
    ]
    assert answers == [read] * 3
    with acting(SystemActor(organization.id)):
        export_resources(tmp_path, actor=SystemActor(organization.id))
    exported = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.ndjson")}
    assert exported["Patient"] == read
    assert (exported["Coverage"]["subscriberId"], identifiers(exported["Coverage"])) == (MEMBER, [CARD])
    assert exported["Coverage"]["id"] == str(key)


def test_old_versions_and_includes_say_it(organization, levin, api_of, bob):
    desk = api_of(bob)
    asked = json.loads(desk.get(f"/Patient/{levin}").content)
    changed = desk.put(f"/Patient/{levin}", {**asked, "address": [{"city": "Salem"}]}, HTTP_IF_MATCH='W/"1"')
    assert json.loads(changed.content)["identifier"] == asked["identifier"]
    assert json.loads(desk.get(f"/Patient/{levin}/_history/1").content) == asked
    flag = {
        "resourceType": "Flag",
        "id": "f1",
        "status": "active",
        "code": {"text": "Falls"},
        "subject": {"reference": "Patient/p1"},
    }
    bring(organization, flag)
    answer = json.loads(api_of(bob).get("/Flag?_include=Flag:subject").content)
    [included] = [one["resource"] for one in answer["entry"] if one["search"]["mode"] == "include"]
    assert included["identifier"] == asked["identifier"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"/Patient?identifier={SSN}", 1),
        (f"/Patient?identifier=http://hl7.org/fhir/sid/us-ssn|{SSN}", 1),
        (f"/Patient?identifier=urn:other|{SSN}", 0),
        (f"/Patient?identifier={SSN[:-1]}", 0),
        (f"/Patient?identifier=nobody,{PASSPORT}", 1),
        ("/Patient?identifier=urn:example:mrn|77", 1),
        ("/Patient?identifier=urn:example:papers|", 1),
    ],
)
def test_a_sealed_number_is_found_by_equality(query, found, levin, api):
    assert len(api.found(query)) == found


def test_member_ids_are_found_and_conditional_creates_make_one(organization, levin, api_of, bill):
    with acting(SystemActor(organization.id)):
        [card] = StoredResource.objects.filter(resource_type="Coverage")
        [value] = SearchValue.objects.filter(resource_id=card.id, parameter="identifier")
    assert (MARK in card.resource, CARD in card.resource, value.code[0]) == (True, False, "=")
    found = api_of(bill).found(f"/Coverage?identifier=urn:example:payer|{CARD}")
    assert [identifiers(one) for one in found] == [[CARD]]
    assert api_of(bill).found("/Coverage?identifier=CARD/88-311") == []


def test_a_conditional_create_finds_the_sealed_number(organization, levin, api_of, bob):
    again = {**patient(), "id": "other"}
    answer = api_of(bob).post("/Patient", again, HTTP_IF_NONE_EXIST=f"identifier={SSN}")
    assert answer.status_code == 200
    in_bundle = entry("POST", "Patient", again, ifNoneExist=f"identifier={PASSPORT}")
    api_of(bob).post("", bundle("transaction", in_bundle))
    assert [one.id for one in rows(organization, Patient)] == [levin]


def test_what_came_before_is_known_again_by_its_sealed_number(organization, levin):
    before = [(one.id, one.version) for one in rows(organization, Patient)]
    again = {name: part for name, part in patient().items() if name != "id"}

    tally = bring(organization, again, source="elsewhere")

    assert [one.id for one in rows(organization, Patient)] == [levin]
    assert (tally.created, len(rows(organization, PatientIdentifier))) == (0, 5)
    assert bring(organization, patient(), coverage()).unchanged == 2
    assert before[0][0] == levin


def test_two_patients_never_share_a_sealed_number(organization, levin):
    other = patient("p2", name=[{"family": "Okafor"}], identifier=[identifier("999643187", code="SS")])
    other["identifier"][0]["system"] = "http://hl7.org/fhir/sid/us-ssn"

    tally = bring(organization, other)

    assert [note.path for note in tally.notes] == ["Patient.identifier"]
    assert {one.patient_id for one in rows(organization, PatientIdentifier)} == {levin}
    with acting(SystemActor(organization.id)):
        [text] = Patient.objects.exclude(id=levin).values_list("resource", flat=True)
    assert "999643187" not in text


def test_the_search_box_and_the_duplicates_find_it(act, bob, organization, levin):
    with act(bob):
        for typed in (SSN, SSN.replace("-", ""), PASSPORT.lower(), LICENSE):
            assert [one.id for one in find_patients(typed, actor=bob)] == [levin], typed
        assert list(find_patients(SSN[:-1], actor=bob)) == []
        twin = Patient(given="Ann", family="Levin")
        [alike] = likely_duplicates(
            twin, numbers=[Identifier("urn:elsewhere", SSN.replace("-", ""))], actor=bob
        )
        assert (alike.patient.id, alike.reasons[0].level) == (levin, "number.same")


def test_a_number_of_a_national_kind_cannot_be_stored_open(act, bob, organization):
    owner = new_patient(organization)
    with act(bob), pytest.raises(IntegrityError, match="patientidentifier_sealed"), transaction.atomic():
        PatientIdentifier.objects.create(patient=owner, system="urn:a", type_code="SS", value=SSN)


def resource_of(chance: random.Random) -> dict[str, Any]:
    """A resource with numbers in odd places, and strings that look like sealed ones."""
    odd = [f"{MARK}abcd", f'"{MARK}AAAA"', SSN, f"said {SSN}", "plain", "ñ\n\t€", f'\\"{MARK}x"']
    numbers = [
        identifier(chance.choice([SSN, "1", "12", PASSPORT]), chance.choice(["urn:x", "us-ssn"]), code)
        for code in chance.choices(["SS", "PPN", "MR", "", "NN", "NNDEU"], k=3)
    ]
    contained = [{**coverage(), "id": "in"}] if chance.random() < 0.5 else []
    words = [{"url": "urn:w", "valueString": chance.choice(odd)} for _ in range(4)]
    return {
        "meta": {"tag": [{"code": chance.choice(odd)}]},
        "identifier": numbers,
        "contained": contained,
        "extension": words,
    }


def test_whatever_is_sealed_comes_back_to_the_letter_and_only_in_its_row():
    seed = SEED or random.SystemRandom().randrange(2**32)
    print(f"OSLER_SEED={seed}")
    chance = random.Random(seed)
    for _ in range(STATES):
        resource, row, owner = resource_of(chance), uuid7(), uuid7()
        stored = sealed_text(resource, row, owner)
        assert read_json(opened(stored, row, owner)) == resource
        assert stored.startswith('{"meta":{')
        protected = [
            one
            for one in resource["identifier"]
            if one.get("type") and one["type"]["coding"][0]["code"] != "MR"
        ]
        assert all(f'"{one["value"]}"' not in stored for one in protected)
        if MARK in stored:
            for elsewhere in ((uuid7(), owner), (row, uuid7())):
                with pytest.raises(CannotOpen):
                    opened(stored, *elsewhere)


OLD_ROWS = """
ALTER TABLE patients_patientidentifier DROP CONSTRAINT patientidentifier_sealed;
SELECT set_config('app.org', '{org}', false);
INSERT INTO patients_patient (id, organization_id, version, active, given, family, suffix, name_used,
    birth_date_estimated, gender, gender_identity, pronouns, marital_status, language, needs_interpreter,
    phone, email, contact_by, line, city, state, postal_code, resource)
VALUES ('{patient}', '{org}', 1, true, 'Ann', 'Levin', '', '', false, 'female', '', '', '', 'en', false,
    '', '', 'email', '', '', '', '', $${text}$$);
INSERT INTO patients_patientidentifier (id, organization_id, version, patient_id, system, value, type_code,
    value_sealed)
VALUES ('{number}', '{org}', 1, '{patient}', 'urn:osler:passport', '{passport}', 'PPN', ''),
       (uuidv7(), '{org}', 1, '{patient}', 'urn:osler:passport', '{other_spelling}', 'PPN', ''),
       (uuidv7(), '{org}', 1, '{patient}', 'urn:example:mrn', '77', 'MR', '');
INSERT INTO fhir_storedresource (id, organization_id, version, resource_type, patient_id, status, category,
    system, code, resource)
VALUES ('{card}', '{org}', 1, 'Coverage', '{patient}', '', '', '', '', $${card_text}$$);
INSERT INTO fhir_searchvalue (resource_id, parameter, position, organization_id, resource_type, system, code)
VALUES ('{card}', 'identifier', 0, '{org}', 'Coverage', 'urn:example:payer', '{card_number}');
UPDATE patients_patient SET city = 'Salem';
UPDATE patients_patientidentifier SET system = system;
UPDATE fhir_storedresource SET status = 'active';
"""


def without_head(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in resource.items() if name not in ("resourceType", "id")}


def sealed_by_the_migrations(admin: Any) -> None:
    admin.execute(f"SET ROLE {OWNER}")
    for app, deed in (("clinic.patients", "seal_numbers"), ("interop.fhir", "seal_texts")):
        migration = import_module(f"osler.{app}.migrations.0005_sealed_numbers")
        getattr(migration, deed)(None, SimpleNamespace(connection=admin))
    admin.execute("RESET ROLE")


def test_what_lay_open_before_is_sealed_by_the_migrations(db):
    org, key, number, card = (uuid7() for _ in range(4))
    body, card_body = without_head(patient()), without_head(coverage())
    old = OLD_ROWS.format(
        org=org, patient=key, number=number, card=card, passport=PASSPORT, card_number=CARD,
        other_spelling=PASSPORT.lower(), text=json.dumps(body), card_text=json.dumps(card_body),
    )  # fmt: skip
    with databases.clone("sealing") as name, psycopg.connect(databases.CLUSTER.dsn(ADMIN, name)) as admin:

        def rows_of(sql: str) -> list[Any]:
            return admin.execute(sql).fetchall()

        admin.execute(old)
        admin.commit()
        versions = (
            "SELECT id, version FROM patients_patient UNION ALL SELECT id, version FROM fhir_storedresource"
        )
        before, open_before = rows_of(versions), scanned(admin.cursor())
        sealed_by_the_migrations(admin)

        assert open_before == {
            *("patients_patient", "patients_patientidentifier", "patients_searchtoken"),
            *("fhir_storedresource", "fhir_searchvalue", "audit_rowhistory"),
        }
        assert (scanned(admin.cursor()), rows_of(versions)) == (set(), before)
        replaced = "SELECT content ->> 'resource' FROM audit_rowhistory WHERE table_name = '{}'"
        for table, row_id, said in (
            ("patients_patient", key, body),
            ("fhir_storedresource", card, card_body),
        ):
            for text, *_ in rows_of(f"SELECT resource FROM {table}") + rows_of(replaced.format(table)):
                assert read_json(opened(text, row_id, org)) == said
        kept = {
            row[0]: PatientIdentifier(
                id=row[0], organization_id=org, system=row[1], value=row[2], value_sealed=row[3]
            )
            for row in rows_of("SELECT id, system, value, value_sealed FROM patients_patientidentifier")
        }
        assert sorted(one.number for one in kept.values()) == ["77", PASSPORT, PASSPORT.lower()]
        assert (kept[number].value,) in rows_of("SELECT token FROM patients_searchtoken WHERE kind = 'i'")
        blind = blind_index(CARD, organization=org, column=SEARCH_VALUES)
        assert rows_of("SELECT code FROM fhir_searchvalue") == [(blind,)]
        assert rows_of("SELECT FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity") == []
        assert rows_of("SELECT FROM pg_trigger WHERE tgenabled = 'D'") == []
        admin.rollback()
