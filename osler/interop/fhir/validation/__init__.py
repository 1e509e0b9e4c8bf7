"""Is this JSON a FHIR R4 resource? Structure, cardinality, formats, required codes, invariants.

Nouns: Issue. Reads: `validate`. The facts come from `definitions/r4_types.json`; they are turned
into nested closures on first use of each type, so that a valid resource costs one pass.
"""
