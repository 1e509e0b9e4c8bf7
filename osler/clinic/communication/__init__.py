"""Patients and clinicians talk: threads of messages, notices that go out by mail, the way into the portal.

Nouns: Thread, Message, Notice, Invitation. Deeds: `open_thread`, `send_message`, `close_thread`,
`queue_notice`, `resend_notice`, `settle_notice`; `invite_patient`, `withdraw_invitation`,
`accept_invitation` (invitations). Reminders (`reminding`), offers of the waiting list (`offering`), missed
visits (`missing`) and recalls (`recalling`) have packages of their own.
"""
