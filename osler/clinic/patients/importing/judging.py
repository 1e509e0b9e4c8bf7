"""What is to become of each row of a batch: nothing is written here."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from osler.clinic.patients.candidates import Probe, probes
from osler.clinic.patients.importing.alike import Index, Probed, Sounds, alike_in_clinic, likelier
from osler.clinic.patients.importing.cleaning import Arriving, Cleaning
from osler.clinic.patients.importing.mapping import HOLD, Mapping
from osler.clinic.patients.matching import Likeness
from osler.clinic.patients.models import IdentifierType, ImportRow
from osler.clinic.patients.weights import Weights, weights_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.sheets.sheet import Row

Fate = ImportRow.Fate
Number = tuple[str, str]
Read = tuple[Arriving, list[Probe]]

_KNOWN = """
SELECT system, value, i.patient_id FROM patients_patientidentifier i
JOIN unnest(%s::text[], %s::text[]) AS asked(system, value) USING (system, value)
WHERE i.organization_id = %s
"""


class Earlier:
    """Rows that later ones are compared with."""

    def __init__(self, weights: Weights) -> None:
        self.index = Index(weights)
        self.by_number: dict[Number, Arriving] = {}

    def keep(self, one: Arriving, probed: Probed) -> None:
        """Compare later rows with this one."""
        self.index.add(probed)
        for number in one.numbers:
            self.by_number.setdefault(number, one)

    def same_number(self, one: Arriving) -> Arriving | None:
        """The row that had a number of this one first."""
        return next((self.by_number[number] for number in one.numbers if number in self.by_number), None)


class Judging:
    """Judges batch after batch of one file; it remembers the rows that made no patient."""

    def __init__(self, mapping: Mapping, header: list[str], *, is_trial: bool, actor: Actor) -> None:
        assert actor.organization_id is not None
        self.mapping, self.actor, self.is_trial = mapping, actor, is_trial
        self.organization = actor.organization_id
        kinds = scoped(IdentifierType, actor).filter(active=True)
        self.cleaning = Cleaning(mapping, header, self.organization, kinds)
        self.weights = weights_of(actor)
        self.sounds = Sounds()
        self.lasting, self.batch = Earlier(self.weights), Earlier(self.weights)

    def read(self, rows: Sequence[Row]) -> list[Read]:
        """Whom rows name, and by what each is looked for; no statement, so it can go on beside one."""
        arriving = self.cleaning.read(rows)
        return [(one, [] if one.reason else list(probes(one.person))) for one in arriving]

    def judge(self, read: Sequence[Read]) -> list[Arriving]:
        """The fate of each row, in their order; who is to be registered is counted on from the next batch."""
        arriving = [one for one, _looked_for in read]
        for one in arriving:
            if one.reason:
                one.fate = Fate.REFUSED
        self._know([one for one in arriving if not one.fate])
        unknown = [one for one in arriving if not one.fate]
        people = self.sounds.probed(
            [(one.number, one.person, looked_for) for one, looked_for in read if not one.fate]
        )
        alike = alike_in_clinic(people, weights=self.weights, actor=self.actor)
        self.batch = Earlier(self.weights)
        for one, probed, likeness in zip(unknown, people, alike, strict=True):
            if not self._repeats(one):
                self._place(one, probed, likeness)
                is_lasting = self.is_trial or one.fate == Fate.HELD
                (self.lasting if is_lasting else self.batch).keep(one, probed)
        return arriving

    def remember(self, rows: Sequence[Row]) -> None:
        """Take up rows of an earlier process: those held, or in a trial all."""
        read = [(one, looked_for) for one, looked_for in self.read(rows) if not one.reason]
        probed = self.sounds.probed([(one.number, one.person, looked_for) for one, looked_for in read])
        for (one, _looked_for), looked_at in zip(read, probed, strict=True):
            one.fate = Fate.HELD
            self.lasting.keep(one, looked_at)

    def _know(self, arriving: Sequence[Arriving]) -> None:
        """Those whose number a patient has are known."""
        asked = list({number for one in arriving for number in one.numbers})
        known = self._holders(asked) if asked else {}
        for one in arriving:
            holder = next((known[number] for number in one.numbers if number in known), None)
            if holder is not None:
                one.fate, one.made_id = Fate.KNOWN, holder

    def _holders(self, numbers: Sequence[Number]) -> dict[Number, UUID]:
        systems, values = ([number[place] for number in numbers] for place in (0, 1))
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [systems, values, self.organization])
            return {(system, value): patient for system, value, patient in cursor.fetchall()}

    def _repeats(self, one: Arriving) -> bool:
        """A row with the number of an earlier one is about the same person, if that one was registered."""
        earlier = self.lasting.same_number(one) or self.batch.same_number(one)
        if earlier is None:
            return False
        one.like_number = earlier.number
        if earlier.fate == Fate.HELD and not self.is_trial:
            one.fate, one.reason = Fate.REFUSED, "number-repeated"
        else:
            one.fate, one.made_id = Fate.KNOWN, earlier.made_id
        return True

    def _place(self, one: Arriving, probed: Probed, in_clinic: Likeness | None) -> None:
        """Hold the row, or let it be registered."""
        one.likeness, one.like_id = in_clinic, in_clinic.patient.id if in_clinic else None
        for earlier in (self.lasting, self.batch):
            found = earlier.index.likeliest(probed)
            if found is not None and likelier(one.likeness, found[1]) is found[1]:
                one.likeness, one.like_id, one.like_number = found[1], None, found[0]
        is_held = one.likeness is not None and self.mapping.alike == HOLD
        one.fate = Fate.HELD if is_held else Fate.CREATED
        if one.fate == Fate.CREATED:
            one.made_id = one.patient.id
