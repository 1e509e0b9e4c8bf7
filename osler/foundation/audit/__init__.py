"""Who did what to which row, and who looked: the ground that every other table stands on.

Nouns: Row (an audited, versioned row), AuditEvent, RowHistory, AuditSeal.
Deeds: `acting` (say who acts), `record_access`, `seal_events`, `verify_seals`.
"""
