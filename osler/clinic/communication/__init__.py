"""Patients and clinicians talk: threads of messages, and notices that go out by mail.

Nouns: Thread, Message, Notice. Deeds: `open_thread`, `send_message`, `close_thread`, `queue_notice`,
`resend_notice`, `settle_notice`.
"""
