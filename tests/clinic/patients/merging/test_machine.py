"""C6: whatever is registered, written, edited, merged and undone, each fact stands where it belongs.

A model keeps, for each fact, whose it is and what it says; after each step the database must agree.
OSLER_FULL=1 runs 2,000 histories of 50 steps, OSLER_CASES any number of them.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import hypothesis
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from osler.clinic.patients.errors import ChartMerged, MergedFurther, SameChart
from osler.clinic.patients.following import followers
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import Flag, Patient, PatientIdentifier, PatientLink
from osler.clinic.patients.registration import Identifier, _keep_identifiers, amend_patient
from osler.clinic.patients.since_merge import DUPLICATE, SURVIVOR, rows_to_send, since_merge
from osler.clinic.records.models import AllergyIntolerance, Encounter, Observation, ServiceRequest
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.interop.fhir.models import StoredResource
from tests.clinic.patients.merging.charts import dump
from tests.conftest import new_actor
from tests.environment import CASES, FULL, SEED

RUNS = CASES or (2000 if FULL else 20)
STEPS = 50 if FULL or CASES else 20
KINDS = (Flag, AllergyIntolerance, ServiceRequest, Encounter)
WORDS = {Flag: "text"}
numbers = itertools.count(1)


@dataclass
class Fact:
    """A row, whose it is (`owner`, or that of the row it hangs on), and what it says."""

    model: Any
    key: UUID
    owner: UUID | None
    words: str
    parent: "Fact | None" = None

    @property
    def whose(self) -> UUID:
        return self.parent.whose if self.parent else self.owner  # type: ignore[return-value]


@dataclass
class Chart:
    """A patient, as the model knows him."""

    key: UUID
    phone: str
    into: "Chart | None" = None

    @property
    def root(self) -> "Chart":
        return self.into.root if self.into else self


@dataclass
class Merge:
    """A merge: what the database said before, and what was written since."""

    link: UUID
    duplicate: Chart
    survivor: Chart
    before: dict[str, list[str]]
    survivor_phone: str
    late: set[UUID] = field(default_factory=set)
    is_untouched: bool = True


class Identity(RuleBasedStateMachine):
    """The desk, the doctor and the administrator of one clinic, on one day."""

    bob: ClassVar[Any]
    adam: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.charts: list[Chart] = []
        self.facts: list[Fact] = []
        self.merges: list[Merge] = []
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def chart(self, place: int) -> Chart:
        return self.charts[place % len(self.charts)]

    def touch(self) -> None:
        for merge in self.merges:
            merge.is_untouched = False

    @initialize()
    def begin(self) -> None:
        self.register()
        self.register()

    @rule()
    def register(self) -> None:
        phone = f"555-{next(numbers):07}"
        with acting(self.bob):
            patient = Patient(given="Dana", family="Rivera", phone=phone)
            patient.save()
            _keep_identifiers(patient, [Identifier("urn:elsewhere", f"E{next(numbers)}", "OTH")])
        self.charts.append(Chart(patient.id, phone))
        self.touch()

    @rule(kind=st.sampled_from(KINDS), whose=st.integers(0, 9))
    def write(self, kind: Any, whose: int) -> None:
        """Also to a merged chart, as from a page that was opened before."""
        named, words = self.chart(whose), f"fact {next(numbers)}"
        row = kind(patient_id=named.key, **{WORDS.get(kind, "display"): words})
        self.keep(row, named, words)

    @rule(whose=st.integers(0, 9), other=st.integers(0, 9))
    def store(self, whose: int, other: int) -> None:
        """A resource whose text names one patient or two."""
        named, beside = self.chart(whose), self.chart(other)
        words = f"fact {next(numbers)}"
        text = '{"subject":{"reference":"Patient/%s"},"also":{"reference":"Patient/%s"},"note":"%s"}'
        row = StoredResource(patient_id=named.key, resource_type="Basic", code=words)
        row.resource = text % (named.key, beside.key, words)
        self.keep(row, named, words)

    def keep(self, row: Any, named: Chart, words: str, parent: Fact | None = None) -> None:
        with acting(self.adam):
            row.save(force_insert=True)
        self.facts.append(Fact(type(row), row.pk, named.key, words, parent))
        for merge in self.merges:
            merge.late.add(row.pk)
        self.touch()

    @precondition(lambda self: any(fact.model is Encounter for fact in self.facts))
    @rule(data=st.data())
    def hang(self, data: Any) -> None:
        """A measurement in a visit is that of the visit's patient."""
        visit = data.draw(st.sampled_from([fact for fact in self.facts if fact.model is Encounter]))
        words = f"fact {next(numbers)}"
        chart = next(one for one in self.charts if one.key == visit.whose)
        row = Observation(patient_id=chart.root.key, encounter_id=visit.key, display=words)
        self.keep(row, chart, words, parent=visit)

    @precondition(lambda self: self.facts)
    @rule(data=st.data())
    def edit(self, data: Any) -> None:
        fact = data.draw(st.sampled_from(self.facts))
        fact.words = f"edited {next(numbers)}"
        with acting(self.adam):
            row = fact.model.objects.get(pk=fact.key)
            setattr(row, column_of(fact.model), fact.words)
            row.save()
        self.touch()

    @rule(whose=st.integers(0, 9))
    def amend(self, whose: int) -> None:
        chart = self.chart(whose)
        phone = f"555-{next(numbers):07}"
        with acting(self.bob):
            patient = Patient.objects.get(id=chart.key)
            try:
                amend_patient(patient, changes={"phone": phone}, version=None, actor=self.bob)
            except ChartMerged:
                assert chart.into is not None
            else:
                assert chart.into is None
                chart.phone = phone
                self.touch()

    @rule(one=st.integers(0, 9), other=st.integers(0, 9), takes=st.booleans())
    def merge(self, one: int, other: int, takes: bool) -> None:
        duplicate, survivor = self.chart(one), self.chart(other)
        with acting(self.adam):
            before = dump()
            try:
                link = propose_merge(
                    Patient.objects.get(id=duplicate.key),
                    into=Patient.objects.get(id=survivor.key),
                    taken=["phone"] if takes else [],
                    reason="Same",
                    actor=self.adam,
                )
                merge_patients(link, version=None, actor=self.adam)
            except SameChart:
                assert duplicate is survivor and dump() == before
                return
            except ChartMerged:
                assert (duplicate.into or survivor.into) and dump() == before
                return
        assert duplicate is not survivor and not duplicate.into and not survivor.into
        self.touch()
        self.merges.append(Merge(link.id, duplicate, survivor, before, survivor.phone))
        duplicate.into = survivor
        if takes:
            survivor.phone = duplicate.phone

    @precondition(lambda self: self.merges)
    @rule(data=st.data())
    def unmerge(self, data: Any) -> None:
        merge = data.draw(st.sampled_from(self.merges))
        with acting(self.adam):
            link = PatientLink.objects.get(id=merge.link)
            bundles = since_merge(link, actor=self.adam)
            sides = {bundle.key: data.draw(st.sampled_from([SURVIVOR, DUPLICATE])) for bundle in bundles}
            present = dump() if merge.survivor.into else {}
            sent = rows_to_send(bundles, sides)
            try:
                unmerge_patients(link, reason="Two", version=None, actor=self.adam, sides=sides)
            except MergedFurther:
                assert merge.survivor.into is not None and dump() == present
                return
            assert merge.survivor.into is None
            after = dump()
        self.merges.remove(merge)
        merge.duplicate.into = None
        gone = {key for _table, key in sent}
        for fact in self.facts:
            if fact.key in merge.late and fact.parent is None and self.root_of(fact) is not None:
                self.settle(fact, merge, is_gone=fact.key in gone)
        self.phone_back(merge)
        if merge.is_untouched:
            assert after == merge.before
        self.touch()

    def root_of(self, fact: Fact) -> Chart | None:
        return next(one for one in self.charts if one.key == fact.owner)

    def settle(self, fact: Fact, merge: Merge, *, is_gone: bool) -> None:
        """A late fact is whose somebody said; what was in another chart than these two is not asked of."""
        owner = self.root_of(fact)
        if owner is None or owner.root not in (merge.survivor, merge.duplicate):
            return
        if is_gone:
            fact.owner = merge.duplicate.key
        elif owner.root is merge.duplicate:
            fact.owner = merge.survivor.key

    def phone_back(self, merge: Merge) -> None:
        """The survivor's phone is as it was, unless somebody has changed it since."""
        with acting(self.adam):
            found = Patient.objects.get(id=merge.survivor.key).phone
        if merge.survivor.phone == merge.duplicate.phone:
            assert found in (merge.survivor_phone, merge.survivor.phone)
        else:
            assert found == merge.survivor.phone
        merge.survivor.phone = found

    @invariant()
    def each_fact_is_where_it_belongs(self) -> None:
        if not self.charts:
            return
        roots = {chart.key: chart.root.key for chart in self.charts}
        with acting(self.adam):
            for model in {fact.model for fact in self.facts}:
                rows = {row.pk: row for row in model.objects.all()}
                own = [fact for fact in self.facts if fact.model is model]
                assert {fact.key: (roots[fact.whose], fact.words) for fact in own} == {
                    key: (row.patient_id, getattr(row, column_of(model))) for key, row in rows.items()
                }
                if model is not StoredResource:
                    for row in rows.values():
                        assert f'"Patient/{row.patient_id}"' in row.resource
            self.nothing_dangles(roots)

    def nothing_dangles(self, roots: dict[UUID, UUID]) -> None:
        closed = [key for key, root in roots.items() if key != root]
        for one in followers().values():
            assert not one.model._default_manager.filter(patient_id__in=closed).exists()
        held = PatientIdentifier.objects.values_list("patient_id", flat=True)
        assert sorted(held) == sorted(roots.values())
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT patient_id FROM patients_searchtoken")
            found = {row[0] for row in cursor.fetchall()}
        assert found == set(roots.values())
        for patient in Patient.objects.all():
            into = next(chart for chart in self.charts if chart.key == patient.id).into
            assert patient.replaced_by_id == (into.key if into else None)
            assert patient.active == (into is None)
            assert ('"replaced-by"' in patient.resource) == (into is not None)


def column_of(model: Any) -> str:
    return "code" if model is StoredResource else WORDS.get(model, "display")


def test_identity(live_clinic):
    Identity.bob = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")
    Identity.adam = new_actor(live_clinic.organization, Role.ADMINISTRATOR, "Adam Gray")
    settings = hypothesis.settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=not (SEED or FULL or CASES),
        print_blob=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    machine = hypothesis.seed(SEED)(Identity) if SEED else Identity
    run_state_machine_as_test(machine, settings=settings)
