"""Every patient once, findable at once.

Nouns: Patient, PatientIdentifier, RelatedPerson, Flag, PatientLink (a merge).
Deeds: `register_patient`, `amend_patient`, `amend_contact` (registration); `raise_flag`,
`lower_flag` (flags); `add_related_person`, `amend_related_person`, `end_related_person` (relations);
`propose_merge`, `decline_merge`, `merge_patients`, `unmerge_patients` (merging).
Reads: `find_patients` (finding), `likely_duplicates` (matching), `patient_list`, `namesakes`
(queries), `identity_conflicts`, `contents` (comparing), `since_merge` (since_merge).
"""
