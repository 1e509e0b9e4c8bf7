"""Every patient once, findable at once.

Nouns: Patient, PatientIdentifier, RelatedPerson, Flag.
Deeds: `register_patient`, `amend_patient`, `raise_flag`, `lower_flag`. Reads: `find_patients`, `likely_duplicates`.
"""
