"""The medical record: encounters, problems, allergies, medications, results, notes, orders, plans.

Each aggregate has a folder of deeds; `records.models` holds the tables, one file a noun.
encounters: `start_encounter`, `finish_encounter`, `enter_encounter_in_error`.
observations: `record_vitals`, `correct_vital`, `enter_vital_in_error`.
allergies: `record_allergy`, `record_no_known_allergies`, `enter_allergy_in_error`.
conditions: `add_diagnosis`, `remove_diagnosis`, `add_problem`, `resolve_problem`.
medications: `prescribe_medication`, `stop_medication`, `record_statement`; read `active_medications`.
notes: `open_note`, `autosave_note`, `sign_note`, `amend_note`; read `note_versions`.
orders: `order_test`, `revoke_order`, `set_follow_up`; reads `open_orders`, `follow_ups_due`.
results: `collect_specimen`, `enter_result`, `verify_report`, `amend_report`, `acknowledge_report`,
`forward_report`, `release_report`; reads `lab_worklist`, `unread_reports`.
Over all: `chart_summary`.
"""
