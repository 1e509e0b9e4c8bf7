"""Invariants of R4 that are checked, by type: `{"Observation": [Rule("obs-6", ...)]}`."""

from osler.interop.fhir.validation.invariants.administrative import ADMINISTRATIVE
from osler.interop.fhir.validation.invariants.clinical import CLINICAL
from osler.interop.fhir.validation.invariants.datatypes import DATATYPES
from osler.interop.fhir.validation.invariants.exchange import EXCHANGE
from osler.interop.fhir.validation.rules import Rule

INVARIANTS: dict[str, list[Rule]] = {**DATATYPES, **CLINICAL, **ADMINISTRATIVE, **EXCHANGE}
