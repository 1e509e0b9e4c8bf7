"""The doors of what was entered by mistake: a button beside the entry, Undo in the toast."""

import re

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    MedicationRequest,
    MedicationStatement,
    Observation,
    ServiceRequest,
)

HTMX = {"HX-Request": "true"}
LISINOPRIL = {"words": "Lisinopril", "code": "314076", "sig": "1 a day", "quantity": "30", "refills": "0"}
RECORDED = {
    "allergy": (AllergyIntolerance, "allergies/", {"words": "Penicillin"}),
    "problem": (Condition, "problems/", {"words": "Hypertension", "code": "I10"}),
    "told": (MedicationStatement, "medications/", {"words": "Fish oil"}),
    "vital": (Observation, "vitals/", {"pulse": "72"}),
    "prescribed": (MedicationRequest, "prescriptions/", LISINOPRIL),
    "order": (ServiceRequest, "orders/", {"words": "Basic metabolic panel", "code": "24321-2"}),
}
OF_VISIT = ("vital", "prescribed", "order")
SECTIONS = {"allergy": "allergies", "problem": "problems", "told": "medications", "prescribed": "medications"}


@pytest.fixture
def visit(act, alice, dana_patient):
    with act(alice):
        return start_encounter(dana_patient, actor=alice, reason="Cough")


@pytest.fixture
def form(dana_patient):
    return lambda **fields: {"patient": str(dana_patient.id), **fields}


@pytest.fixture
def recorded(act, alice, client_of, dana_patient, visit, form):
    """Records an entry of a kind as a form does, and says where its Undo leads."""

    def record(kind):
        model, path, fields = RECORDED[kind]
        place = f"/encounters/{visit.id}/" if kind in OF_VISIT else f"/patients/{dana_patient.id}/"
        client = client_of(alice)
        assert client.post(place + path, form(**fields)).status_code == 302
        page = client.get(f"/patients/{dana_patient.id}/chart/allergies/").content.decode()
        (undo,) = re.findall(r'action="([^"]+)" data-undo', page)
        with act(alice):
            return model.objects.get(), undo.replace("&amp;", "&")

    return record


def wrong(row):
    return row.status if hasattr(row, "status") else row.verification_status


@pytest.mark.parametrize("kind", RECORDED)
def test_the_toast_after_recording_takes_it_back_and_leads_where_one_was(
    act, alice, client_of, dana_patient, recorded, kind
):
    row, undo = recorded(kind)
    assert undo == f"/entries/{kind}/{row.id}/undo/?patient={dana_patient.id}&version=1"
    here = f"/patients/{dana_patient.id}/chart/vitals/"

    answer = client_of(alice).post(undo, {"next": here})

    assert (answer.status_code, answer["Location"]) == (302, here)
    with act(alice):
        state = wrong(type(row).objects.get())
    assert state == ("revoked" if kind == "order" else "entered-in-error")


@pytest.mark.parametrize("kind", RECORDED)
def test_undo_after_another_has_changed_it_says_so_and_changes_nothing(act, alice, client_of, recorded, kind):
    row, undo = recorded(kind)
    with act(alice):
        row.save()  # somebody else
        before = wrong(row)

    answer = client_of(alice).post(undo)

    assert (answer.status_code, "Nothing was undone" in answer.content.decode()) == (412, True)
    with act(alice):
        stored = type(row).objects.get()
        assert (wrong(stored), stored.version) == (before, 2)


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_wrong_entry_is_marked_seen_and_brought_back(
    act, alice, client_of, dana_patient, recorded, form, kind
):
    row, _undo = recorded(kind)
    client, door = client_of(alice), f"/entries/{kind}/{row.id}/wrong/"
    section = f"/patients/{dana_patient.id}/chart/{SECTIONS[kind]}/"
    assert f'action="{door}"' in client.get(section).content.decode()

    part = client.post(
        door, form(version="1", reason="twice"), headers={**HTMX, "HX-Target": "chart"}
    ).content.decode()

    assert "Entered twice · Alice Bell" in part
    assert f'action="{door}"' not in part
    assert "Marked as a wrong entry." in part
    back = f"/entries/{kind}/{row.id}/undo/"
    assert f'hx-post="{back}"' in part
    client.post(back, form(version="2"), headers={**HTMX, "HX-Target": "chart"})
    with act(alice):
        assert (wrong(type(row).objects.get()), type(row).objects.get().version) == (wrong(row), 3)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "1"},
        {"version": "1", "reason": "whim"},
        {"reason": "slip"},
        {"version": "4", "reason": "slip"},
    ],
)
def test_without_a_reason_or_the_version_nothing_is_marked(act, alice, client_of, recorded, form, fields):
    row, _undo = recorded("allergy")
    answer = client_of(alice).post(f"/entries/allergy/{row.id}/wrong/", form(**fields))
    assert answer.status_code == (412 if "reason" in fields and fields["reason"] == "slip" else 422)
    with act(alice):
        assert AllergyIntolerance.objects.get().version == 1


@pytest.mark.parametrize("kind", RECORDED)
def test_a_form_of_another_patient_and_other_roles_change_nothing(
    request, act, alice, client_of, charlie, recorded, form, kind
):
    row, undo = recorded(kind)
    said = {"version": "1", "reason": "slip"}
    assert client_of(alice).post(undo.partition("?")[0], said).status_code == 409
    nurse_may = kind in ("allergy", "told", "vital")
    for who, status in (("charlie", 404), ("bob", 403), ("lena", 403), ("bill", 403), ("adam", 403)):
        assert client_of(request.getfixturevalue(who)).post(undo).status_code == status
    if not nurse_may:
        assert client_of(request.getfixturevalue("nina")).post(undo).status_code == 403
    with act(alice):
        assert type(row).objects.get().version == 1


def test_what_is_no_kind_is_not_there(alice, client_of, recorded, form):
    row, _undo = recorded("allergy")
    for path in (f"/entries/note/{row.id}/undo/", f"/entries/note/{row.id}/wrong/"):
        assert client_of(alice).post(path, form(version="1", reason="slip")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "path"), [("problem", "problems/{}/resolve/"), ("told", "medications/told/{}/stop/")]
)
def test_what_was_ended_by_a_slip_lives_again(
    act, alice, client_of, dana_patient, recorded, form, kind, path
):
    row, _undo = recorded(kind)
    client = client_of(alice)
    part = client.post("/" + path.format(row.id), form(version="1"), headers={**HTMX, "HX-Target": "chart"})
    undo = re.search(r'action="([^"]+)" data-undo', part.content.decode())
    client.post(undo[1].replace("&amp;", "&"))
    with act(alice):
        stored = type(row).objects.get()
        state = stored.status if kind == "told" else stored.clinical_status
        assert (state, stored.version) == ("active", 3)
        assert (stored.ended_at if kind == "told" else stored.abated_at) is None


def test_a_part_of_the_bench_is_answered_with_that_part(act, alice, client_of, visit, recorded, form):
    row, _undo = recorded("vital")
    headers = {**HTMX, "HX-Target": "bench-vitals"}
    said = form(version="1", reason="slip", encounter=str(visit.id))

    part = client_of(alice).post(f"/entries/vital/{row.id}/wrong/", said, headers=headers)

    text = part.content.decode()
    assert (part.status_code, part.headers["HX-Trigger"]) == (200, "chart-changed")
    assert 'id="bench-vitals"' in text
    assert "<html" not in text
    assert 'class="taken"' not in text


def test_some_of_a_set_of_vital_signs_or_all_are_marked(act, nina, client_of, visit, dana_patient, form):
    client = client_of(nina)
    client.post(
        f"/encounters/{visit.id}/vitals/", form(pulse="72", weight="70", height="175", temperature="37")
    )
    sheet = f"/patients/{dana_patient.id}/chart/vitals/"
    entries = re.findall(r'name="entry" value="([^"]+)"', client.get(sheet).content.decode())
    assert len(entries) == 5  # with the body mass index
    with act(nina):
        rows = {str(row.id): row.code for row in Observation.objects.all()}
    chosen = [entry for entry in entries if rows[entry.split()[0]] in ("29463-7", "39156-5")]
    door = f"/patients/{dana_patient.id}/vitals/wrong/"

    answer = client.post(door, form(entry=chosen, reason="slip"))

    assert (answer.status_code, answer["Location"]) == (302, sheet)
    with act(nina):
        marked = Observation.objects.filter(status="entered-in-error")
        assert {row.code for row in marked} == {"29463-7", "39156-5"}

    again = client.post(door, form(entry=entries, reason="slip"))  # two of them are marked already
    none = client.post(door, form(reason="slip"))
    assert (again.status_code, none.status_code) == (412, 422)
    with act(nina):
        assert Observation.objects.filter(status="entered-in-error").count() == 2


def test_a_nurse_is_offered_what_a_nurse_may(client_of, nina, dana_patient, recorded):
    for kind in ("allergy", "problem", "told", "prescribed", "vital"):
        recorded(kind)
    client, offered = client_of(nina), set()
    for key in ("allergies", "problems", "medications", "vitals"):
        page = client.get(f"/patients/{dana_patient.id}/chart/{key}/").content.decode()
        offered |= set(re.findall(r'action="/entries/(\w+)/[^"]+/wrong/"', page))
        offered |= {"vital"} if f'action="/patients/{dana_patient.id}/vitals/wrong/"' in page else set()
    assert offered == {"allergy", "told", "vital"}


def test_the_section_costs_the_same_with_one_wrong_entry_and_with_many(
    act, alice, client_of, dana_patient, cost_of
):
    client, url = client_of(alice), f"/patients/{dana_patient.id}/chart/allergies/"

    def mark(number):
        with act(alice):
            for place in range(number):
                AllergyIntolerance.objects.create(
                    patient=dana_patient,
                    display=f"Allergen {place}",
                    verification_status="entered-in-error",
                    clinical_status="",
                )

    mark(1)
    one = cost_of(client, url)
    mark(9)
    assert cost_of(client, url) == one
