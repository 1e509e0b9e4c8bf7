"""Two charts become one and two again."""

import pytest

from osler.clinic.intake.models import Proposal, ProposalContent
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.interop.fhir.models import SearchValue
from tests.clinic.patients.merging.charts import dump, rows_of


@pytest.fixture
def proposed(act, bob):
    def propose(duplicate, into, taken=()):
        with act(bob):
            return propose_merge(duplicate, into=into, taken=taken, reason="Same person", actor=bob)

    return propose


def test_every_row_moves_and_comes_back(act, adam, proposed, survivor, duplicate):
    with act(adam):
        before = dump()
        mine, others = rows_of(survivor.id), rows_of(duplicate.id)
        assert all(mine.values()) and all(others.values())
    link = proposed(duplicate, survivor, ["name", "phone"])

    with act(adam):
        merge_patients(link, version=link.version, actor=adam)

        joined = rows_of(survivor.id)
        assert joined == {table: mine[table] | others[table] for table in mine}
        assert not any(rows_of(duplicate.id).values())
        assert set(ProposalContent.objects.values_list("subject_id", flat=True)) == {survivor.id}
        assert sorted(Proposal.objects.values_list("status", flat=True)) == ["proposed", "rejected"]
        assert not SearchValue.objects.filter(patient_id=duplicate.id).exists()
        survivor.refresh_from_db()
        assert (survivor.given, survivor.phone, survivor.former_names) == (
            "Dayna",
            "555-201-9999",
            ["Dana Rivera"],
        )

    with act(adam):
        unmerge_patients(link, reason="Two people", version=link.version, actor=adam)
        after = dump()
    assert after == before
