"""Who pays besides the patient.

Nouns: Payer, InsurancePlan, Coverage, EligibilityCheck. Deeds: `add_coverage`, `amend_coverage`,
`end_coverage`, `enter_coverage_in_error`, `make_primary` (covering); `replace_coverage`, `carry_card`
(replacing); `add_payer`, `amend_payer`, `retire_payer`, `restore_payer` (payers); `add_plan`,
`amend_plan`, `retire_plan`, `restore_plan` (plans); `ask_eligibility`, `ask_for_visits` (asking);
`take_question`, `note_answer`, `note_unreached` (answering: what a gateway calls).
Reads: `coverage_on`, `coverages_of`, `missing_ranks` (covering), `standings` (standing).
"""
