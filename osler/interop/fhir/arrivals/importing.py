"""The import of a batch: one transaction, few statements, each refusal with its place."""

from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import ids_of
from osler.interop.fhir.arrivals.arriving import Arriving, Fate, Key, Tally, digest_of
from osler.interop.fhir.arrivals.knowing import Known, is_id, key_of, known_by_identifier, known_by_key
from osler.interop.fhir.arrivals.linking import Names, key_named, names_of, references_in, relinked
from osler.interop.fhir.arrivals.placing import PATIENTS, Placed, place, rank_of
from osler.interop.fhir.arrivals.renewing import Novelty, novelty_of
from osler.interop.fhir.arrivals.storing import store
from osler.interop.fhir.sources import Arrival, Batch, Refusal
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import resource_types
from osler.interop.fhir.validation.verdict import validate
from osler.kernel.constraints import constraint_of
from osler.kernel.keys import uuid7

DEPENDS_ON_REFUSED = "its patient was refused (entry {})"
OWN = "is the clinic's own and says otherwise here: it is changed on the clinic's pages alone"


class Importing:
    """The import of one batch, step by step."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.tally = batch, Tally(refusals=list(batch.refusals))
        self.known: dict[Key, Known] = {}
        self.reserved: dict[Key, UUID] = {}
        self.refused: dict[Key, int] = {}
        self.placed: Placed = {}
        self.names: Names = {}

    def run(self) -> Tally:
        """Take in the whole batch; the caller's transaction holds it together."""
        arriving = [self.met(arrival) for arrival in self.batch.arrivals]
        self.names = names_of(arriving)
        self.take(arriving)
        return self.tally

    def met(self, arrival: Arrival) -> Arriving:
        digest = digest_of(arrival.resource)
        return Arriving(
            arrival, key_of(arrival.resource, arrival.full_url, self.batch.source, digest), digest
        )

    def take(self, arriving: list[Arriving]) -> None:
        """Take in some arrivals; if the database refuses them together, half by half."""
        tally, refused = Tally(), dict(self.refused)
        try:
            with transaction.atomic():
                self.recognize(arriving, tally)
                coming = [each for each in arriving if each.fate in (Fate.CREATED, Fate.CHANGED)]
                self.link(coming, tally)
                coming = [each for each in coming if each.fate is not Fate.REFUSED]
                for each in sorted(coming, key=lambda each: rank_of(each.resource_type)):
                    place(each, self.placed)
                tally.notes += store(coming, self.reserved, self.batch.file)
                tally.count(arriving)
        except (IntegrityError, DataError) as error:
            self.refused = refused
            self.take_apart(arriving, error)
            return
        self.tally.add(tally)

    def take_apart(self, arriving: list[Arriving], error: Exception) -> None:
        if len(arriving) == 1:
            named = constraint_of(error) or type(error).__name__
            self.refuse(arriving[0], "", f"the database refuses it ({named})", self.tally)
            return
        half = len(arriving) // 2
        for part in (arriving[:half], arriving[half:]):
            for each in part:
                each.fate, each.resource_id, each.placed_in = Fate.CREATED, None, ""
            self.take(part)

    def recognize(self, arriving: list[Arriving], tally: Tally) -> None:
        """Tell new from changed and unchanged; judge what is not unchanged."""
        named = [each for each in arriving if self.can_be_named(each, tally)]
        self.known = known_by_key(each.key for each in named)
        seen: dict[Key, str] = {}
        doubtful = []
        for each in named:
            if each.key in seen:
                self.repeat(each, seen[each.key], tally)
                continue
            seen[each.key] = each.digest
            known = self.known.get(each.key)
            if known is not None and known.placed_in:
                each.resource_id, each.placed_in, each.fate = known.resource_id, known.placed_in, Fate.CHANGED
                self.placed[known.resource_id] = known.placed_in
                if each.digest in known.digests:
                    each.fate = Fate.UNCHANGED
            if each.fate is not Fate.UNCHANGED and self.is_sound(each, tally):
                if known is None:
                    doubtful.append(each)
                else:
                    each.resource_id = known.resource_id
        self.recognize_persons(doubtful)

    def can_be_named(self, each: Arriving, tally: Tally) -> bool:
        """Whether type and id are such that they can be looked up at all."""
        sound = each.resource_type in resource_types() and is_id(each.key.source_id) is not None
        return sound or self.is_sound(each, tally)

    def is_sound(self, each: Arriving, tally: Tally) -> bool:
        issues = validate(each.arrival.resource)
        if issues:
            more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
            self.refuse(each, issues[0].path, issues[0].diagnostics + more, tally)
        return not issues

    def repeat(self, each: Arriving, digest: str, tally: Tally) -> None:
        if each.digest == digest:
            each.fate = Fate.UNCHANGED
        else:
            self.refuse(
                each, "", f"{each.resource_type}/{each.key.source_id} comes twice in one batch", tally
            )

    def recognize_persons(self, arriving: list[Arriving]) -> None:
        same = known_by_identifier(arriving)
        for each in arriving:
            found = same.get(id(each))
            if found is None:
                each.resource_id = uuid7()
            else:
                each.resource_id, each.fate = found, Fate.CHANGED
                each.placed_in = TABLES[each.resource_type].model._meta.db_table
                self.placed[found] = each.placed_in

    def link(self, arriving: list[Arriving], tally: Tally) -> None:
        """Give every reference the id that its target has here; keep an id free for those to come."""
        ids = {each.key: each.resource_id for each in arriving if each.resource_id is not None}
        ids |= {key: known.resource_id for key, known in self.known.items()}
        targets: dict[str, Key] = {}
        for each in arriving:
            for reference in references_in(each.arrival.resource):
                text = reference["reference"]
                key = targets.get(text) or key_named(text, self.names, self.batch.source)
                if key is not None:
                    targets[text] = key
        elsewhere = known_by_key(key for key in targets.values() if key not in ids)
        self.placed |= {known.resource_id: known.placed_in for known in elsewhere.values() if known.placed_in}
        ids |= {key: known.resource_id for key, known in elsewhere.items()}
        for key in targets.values():
            if key not in ids and key not in self.refused:
                ids[key] = self.reserved[key] = uuid7()
        merged = self.lead_on(ids)
        for each in arriving:
            self.rename(each, targets, ids, tally)
            if each.resource_id in merged and each.fate is Fate.CHANGED:
                each.fate = Fate.UNCHANGED
                words = f"Patient/{each.key.source_id} was merged into another chart and stays as it is"
                tally.notes.append(Refusal(self.batch.file, each.arrival.index, "", words))

    def lead_on(self, ids: dict[Key, UUID]) -> set[UUID]:
        """Let what refers to a merged chart refer to the survivor; returns the merged ones."""
        patients = {key: here for key, here in ids.items() if key.resource_type == "Patient"}
        closed = Patient.objects.filter(id__in=patients.values()).exclude(replaced_by=None)
        merged = set(closed.values_list("id", flat=True)) if patients else set()
        for key, here in patients.items():
            if here in merged:
                ids[key] = ids_of(here)[0]
                self.placed[ids[key]] = PATIENTS
        return merged

    def rename(self, each: Arriving, targets: dict[str, Key], ids: dict[Key, UUID], tally: Tally) -> None:
        patient = self.refused_patient(each, targets)
        if patient is not None:
            self.refuse(each, "", DEPENDS_ON_REFUSED.format(patient), tally)
            return

        def renamed(text: str) -> str:
            key = targets.get(text)
            if key is None or key not in ids:
                return text
            version = text.partition("/_history/")
            return f"{key.resource_type}/{ids[key]}{version[1]}{version[2]}"

        resource = each.arrival.resource
        whole = each.resource_type == "Bundle"  # a document refers to its own entries
        each.body = resource if whole else relinked(resource, renamed)
        table = TABLES.get(each.resource_type)
        if table is not None and table.is_live and each.placed_in == table.model._meta.db_table:
            self.leave(each, tally)
        elif each.fate is Fate.CHANGED and each.arrival.method == "POST":
            self.weigh(each, tally)

    def weigh(self, each: Arriving, tally: Tally) -> None:
        """A POST asks for something new: what is here already is changed only by saying more."""
        novelty = novelty_of(each)
        if novelty is not Novelty.MORE:
            each.fate = Fate.UNCHANGED
        if novelty is Novelty.OTHERWISE:
            words = (
                f"{each.resource_type}/{each.key.source_id} came again and says otherwise; the first is kept"
            )
            tally.notes.append(Refusal(self.batch.file, each.arrival.index, "", words))

    def leave(self, each: Arriving, tally: Tally) -> None:
        """What the clinic itself holds comes back, from an export of ours: nothing here is changed by it."""
        if novelty_of(each) is Novelty.NONE:
            each.fate = Fate.UNCHANGED
        else:
            self.refuse(each, "", OWN, tally)

    def refused_patient(self, each: Arriving, targets: dict[str, Key]) -> int | None:
        for reference in references_in(each.arrival.resource):
            key = targets.get(reference["reference"])
            if key is not None and key.resource_type == "Patient" and key in self.refused:
                return self.refused[key]
        return None

    def refuse(self, each: Arriving, path: str, reason: str, tally: Tally) -> None:
        each.fate = Fate.REFUSED
        self.refused[each.key] = each.arrival.index
        tally.refusals.append(Refusal(self.batch.file, each.arrival.index, path, reason))


def import_batch(batch: Batch) -> Tally:
    """Take in a batch as the one who acts; the caller has begun the transaction (`acting`)."""
    return Importing(batch).run()
