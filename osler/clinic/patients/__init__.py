"""Every patient once, findable at once.

Nouns: Patient, PatientIdentifier, IdentifierType, RelatedPerson, Flag, PatientLink (a merge), MatchPair,
MatchWeight; DeskPage (an edition) with DeskSection and DeskField, OwnField and OwnValue.
Deeds: `register_patient`, `amend_patient`, `amend_contact`, `add_identifier`, `allot_identifier`
(registration); `register_at_desk`, `amend_at_desk` (at_the_desk); `add_identifier_type` and its like
(number_types); `begin_draft`, `publish_desk_page` and their like (desk_page); `register_unidentified`,
`identify_patient` (unidentified); `raise_flag`, `lower_flag` (flags); `add_related_person`,
`amend_related_person`, `end_related_person` (relations); `propose_merge`, `decline_merge`,
`merge_patients`, `unmerge_patients` (merging); `refute_pair`, `reopen_pair`, `sweep_some` (pairs);
`learn_weights` (learning).
Reads: `layout_in_force` (desk_layout), `fitted` (numbering), `own_values` (own_values), `find_patients`
(finding), `likely_duplicates` (matching), `patient_list` (queries), `similar_names` (similar_names),
`identity_conflicts`, `contents` (comparing), `since_merge` (since_merge).
"""
