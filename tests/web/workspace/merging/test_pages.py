"""A merge from the menu of a chart to its undoing, as the people of a clinic do it."""

import re

import pytest

from osler.clinic.patients.models import Flag, Patient, PatientLink
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.foundation.access.actors import load_actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.audit.models import AuditEvent
from osler.kernel.keys import uuid7

pytestmark = pytest.mark.django_db


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def pair(survivor, duplicate):
    return f"/patients/{survivor.id}/merge/{duplicate.id}/"


@pytest.fixture
def link(act, adam):
    def found():
        with act(adam):
            return PatientLink.objects.get()

    return found


def about(link, **fields):
    return {"patient": str(link.survivor_id), "version": link.version, **fields}


@pytest.fixture
def seen(act, adam, survivor, duplicate):
    """What the second look says of the charts that it shows."""

    def fields(**more):
        with act(adam):
            versions = dict(Patient.objects.values_list("id", "version"))
        return {
            "patient": str(survivor.id),
            "version": versions[survivor.id],
            "other_version": versions[duplicate.id],
            "look": "1",
            **more,
        }

    return fields


@pytest.fixture
def merged(client_of, adam, pair, seen, link):
    client_of(adam).post(pair, seen(reason="Identity card seen"))
    return link()


def test_the_other_chart_is_found_by_search_and_by_likeness(client_of, bob, survivor, duplicate):
    desk = client_of(bob)

    alike = desk.get(f"/patients/{survivor.id}/merge/")
    found = desk.get(f"/patients/{survivor.id}/merge/", {"q": duplicate.mrn})

    for page in (alike, found):
        assert f"/patients/{survivor.id}/merge/{duplicate.id}/" in page.content.decode()
    assert f"/merge/{survivor.id}/" not in found.content.decode()


def test_what_differs_is_marked_and_the_result_is_shown_before_anything_happens(
    client_of, adam, pair, seen, link, survivor, duplicate
):
    office = client_of(adam)

    compared = office.get(pair).content.decode()
    looked = text_of(office.get(pair, {"look": "1", "take_name": "duplicate"}))

    assert compared.count('class="is-different"') == 4  # name, phone, photo, own portal account
    assert compared.count('name="take_name"') == 2
    assert "Dayna Riviera instead of Dana Rivera" in looked
    assert "1 visit" in looked and "What moves" in looked
    with pytest.raises(PatientLink.DoesNotExist):
        link()


def test_an_administrator_merges_at_once(act, client_of, adam, pair, seen, link, survivor, duplicate):
    answer = client_of(adam).post(pair, seen(take_name="duplicate", reason="Same"), follow=True)

    assert "The charts are merged" in text_of(answer)
    assert link().status == "merged"
    with act(adam):
        survivor.refresh_from_db()
        assert (str(survivor), survivor.former_names) == ("Dayna Riviera", ["Dana Rivera"])
        assert Encounter.objects.filter(patient=survivor).count() == 2


def test_charts_that_changed_since_the_second_look_are_looked_at_again(client_of, adam, pair, seen, link):
    for stale in ({"version": 99}, {"other_version": 99}, {"other_version": ""}):
        answer = client_of(adam).post(pair, seen(reason="Same", **stale))
        assert answer.status_code == 412
    other = client_of(adam).post(pair, seen(reason="Same", patient=str(link)))
    assert other.status_code == 409
    with pytest.raises(PatientLink.DoesNotExist):
        link()


def test_without_a_reason_nothing_is_merged(client_of, adam, pair, seen, link):
    answer = client_of(adam).post(pair, seen(reason=" "))

    assert answer.status_code == 422 and "Please write why" in text_of(answer)
    with pytest.raises(PatientLink.DoesNotExist):
        link()


def test_reception_proposes_and_somebody_who_may_decides(client_of, bob, petra, nina, pair, seen, link):
    desk, privacy = client_of(bob), client_of(petra)
    assert "Propose the merge" in text_of(desk.get(pair, {"look": "1"}))
    desk.post(pair, seen(reason="Same"))
    proposed = link()
    assert proposed.status == "proposed"
    page = f"/merges/{proposed.id}/"

    assert "Merges to decide" in text_of(privacy.get("/home/"))
    assert desk.post(f"{page}decide/", about(proposed)).status_code == 403
    assert client_of(nina).post(f"{page}decline/", about(proposed)).status_code in (403, 404)
    assert link().status == "proposed"
    privacy.post(f"{page}decide/", about(proposed))

    assert link().status == "merged"
    assert "Merged by Petra Hill" in text_of(desk.get(page))


def test_nobody_decides_alone_where_identities_differ(
    act, client_of, adam, petra, pair, seen, link, duplicate
):
    with act(adam):
        Patient.objects.filter(id=duplicate.id).update(birth_date="1981-04-15")
    office = client_of(adam)
    looked = text_of(office.get(pair, {"look": "1"}))
    assert "The birth dates differ." in looked and "Propose the merge" in looked
    office.post(pair, seen(reason="Typing error"))
    proposed = link()
    page = f"/merges/{proposed.id}/"

    alone = office.post(f"{page}decide/", about(proposed))

    assert alone.status_code == 409 and link().status == "proposed"
    client_of(petra).post(f"{page}decide/", about(proposed))
    assert link().status == "merged"


def test_whoever_proposed_withdraws(client_of, bob, pair, seen, link):
    desk = client_of(bob)
    desk.post(pair, seen(reason="Same"))
    desk.post(f"/merges/{link().id}/decline/", about(link()))

    assert link().status == "declined"
    assert "Declined by Bob Diaz" in text_of(desk.get(f"/merges/{link().id}/"))


def test_old_addresses_and_numbers_lead_to_the_chart(client_of, bob, alice, merged, survivor, duplicate):
    desk = client_of(bob)

    page = desk.get(f"/patients/{duplicate.id}/edit/?x=1")
    assert (page.status_code, page["Location"]) == (302, f"/patients/{survivor.id}/edit/?x=1")
    for client in (desk, client_of(alice)):
        chart = client.get(f"/patients/{duplicate.id}/", follow=True)
        assert f"Merged from MRN {duplicate.mrn}" in text_of(chart)
    posted = desk.post(f"/patients/{duplicate.id}/flags/", {"text": "Lost?"})
    assert posted.status_code == 409 and f"/patients/{survivor.id}/" in posted.content.decode()
    listed = desk.get("/patients/", {"q": duplicate.mrn})
    assert f"formerly {duplicate.mrn}" in text_of(listed) and "Dana" in text_of(listed)
    assert f'href="/patients/{duplicate.id}/"' not in desk.get("/patients/?status=all").content.decode()


def test_openings_of_the_merged_chart_stand_with_the_others(
    act, client_of, bob, petra, merged, survivor, duplicate
):
    with act(petra):
        seen = AuditEvent.objects.filter(patient_id=duplicate.id, action="R").count()
    assert seen

    page = client_of(petra).get(f"/privacy/patients/{survivor.id}/")

    assert text_of(page).count("merge: comparing") >= 2 * seen


def test_a_signed_note_keeps_its_seal(act, client_of, alice, merged, survivor):
    with act(alice):
        visits = list(Encounter.objects.filter(patient=survivor))
        assert ClinicalNote.objects.filter(patient=survivor, status="final").count() == 2
    for visit in visits:
        page = text_of(client_of(alice).get(f"/encounters/{visit.id}/"))
        assert "Seal intact" in page and "Seal broken" not in page


def test_the_undoing_asks_whose_it_is_what_came_since(act, client_of, adam, bob, merged, survivor, duplicate):
    client_of(bob).post(f"/patients/{survivor.id}/flags/", {"text": "Written since"})
    office, page = client_of(adam), f"/merges/{merged.id}/undo/"
    with act(adam):
        flag = Flag.objects.get(text="Written since")
        merged.refresh_from_db()

    asked = office.get(page)
    assert "whose is it?" in text_of(asked) and f"goes_{flag.id}" in asked.content.decode()
    refused = office.post(page, about(merged, reason=" "))
    assert refused.status_code == 422
    done = office.post(
        page, about(merged, reason="Two people", **{f"goes_{flag.id}": "duplicate"}), follow=True
    )

    assert "there are two charts again" in text_of(done)
    with act(adam):
        flag.refresh_from_db()
        duplicate.refresh_from_db()
        assert flag.patient_id == duplicate.id and duplicate.active
    assert client_of(bob).get(f"/patients/{duplicate.id}/").status_code == 200


def test_a_clinician_reviews_the_allergies(act, client_of, alice, merged, survivor, link):
    doctor = client_of(alice)
    page = f"/merges/{merged.id}/"
    assert "Allergies of two charts: review" in text_of(doctor.get(f"/patients/{survivor.id}/"))
    assert "Reviewed" in text_of(doctor.get(page))

    doctor.post(f"{page}allergies/", about(link()))

    assert link().allergies_open is False
    assert "Allergies of two charts: review" not in text_of(doctor.get(f"/patients/{survivor.id}/"))


def test_strangers_see_nothing(client_of, charlie, bill, merged, pair, seen):
    stranger = client_of(charlie)
    for address in (pair, f"/merges/{merged.id}/"):
        assert stranger.get(address).status_code == 404
    assert client_of(bill).get(pair).status_code == 403


def test_an_old_address_in_the_portal_leads_to_the_chart(act, adam, client_of, merged, survivor, duplicate):
    with act(adam):
        grant = PatientGrant.objects.get(user__name="Dayna carer")
    found = load_actor(grant.user_id, realm="portal")
    assert found is not None
    portal = client_of(found[0])

    old = portal.get(f"/portal/{duplicate.id}/visits/?x=1")

    assert (old.status_code, old["Location"]) == (302, f"/portal/{survivor.id}/visits/?x=1")
    assert portal.get(f"/portal/{survivor.id}/").status_code == 200
    assert portal.get(f"/portal/{uuid7()}/").status_code == 404
