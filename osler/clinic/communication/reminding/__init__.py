"""Reminders of visits: when they go out, by which way, what they say, and what becomes of the answers.

Nouns: ReminderLadder, ReminderStep, OptOut, PatientReply. Deeds: `begin_ladder`, `amend_ladder`,
`end_ladder`, `restore_ladder`, `add_step`, `amend_step`, `end_step`, `restore_step` (ladders);
`queue_due_reminders`, `remind_again` (planning); `opt_out`, `opt_in` (opting_out); `answer_by_link`
(answering), `take_text`, `note_delivery` (texts), `settle_reply`, `reopen_reply` (replies).
"""
