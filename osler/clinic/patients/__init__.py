"""Every patient once, findable at once.

Nouns: Patient, PatientIdentifier, RelatedPerson, Flag, MatchPair, MatchWeight.
Deeds: `register_patient`, `amend_patient`, `amend_contact` (registration); `raise_flag`,
`lower_flag` (flags); `add_related_person`, `amend_related_person`, `end_related_person` (relations);
`refute_pair`, `reopen_pair`, `sweep_some` (pairs); `learn_weights` (learning).
Reads: `find_patients` (finding), `likely_duplicates` (matching), `patient_list`, `similar_names`
(similar_names).
"""
