"""People say who they are before they come: what they say waits as a proposal until the clinic accepts it.

Nouns: Questionnaire and its items (what is asked), ConsentForm (a version of a text to be signed), Proposal
(what somebody outside has said), QuestionnaireResponse, Consent, CardPhoto (what of it became part of the
record). Deeds: `begin_registration`, `save_answers`, `submit_registration` (registering),
`propose_change`, `withdraw_change` (changing), `accept_proposal`, `reject_proposal`, `reopen_proposal`
(deciding), `revoke_consent` (consenting), `review_response` (responses), `purge_proposals` (purging);
`hold_time`, `say_who`, `confirm_visit` (visiting: whoever books without being known).
"""
