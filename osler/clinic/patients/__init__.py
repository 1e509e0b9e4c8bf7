"""Every patient once, findable at once.

Nouns: Patient, PatientIdentifier, RelatedPerson, Flag, PatientLink (a merge), MatchPair, MatchWeight.
Deeds: `register_patient`, `amend_patient`, `amend_contact` (registration); `register_unidentified`,
`identify_patient` (unidentified); `raise_flag`, `lower_flag` (flags); `add_related_person`,
`amend_related_person`, `end_related_person` (relations); `propose_merge`, `decline_merge`,
`merge_patients`, `unmerge_patients` (merging); `refute_pair`, `reopen_pair`, `sweep_some` (pairs);
`learn_weights` (learning).
Reads: `find_patients` (finding), `likely_duplicates` (matching), `patient_list` (queries),
`similar_names` (similar_names), `identity_conflicts`, `contents` (comparing), `since_merge` (since_merge).
"""
