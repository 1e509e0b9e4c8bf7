"""Who pays besides the patient.

Nouns: Payer, Coverage. Deeds: `add_coverage`, `amend_coverage`, `end_coverage`,
`enter_coverage_in_error`, `make_primary` (covering); `add_payer`, `amend_payer`,
`retire_payer`, `restore_payer` (payers).
Reads: `coverage_on`, `coverages_of` (covering).
"""
