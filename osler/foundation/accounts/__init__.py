"""People who sign in: users, their sessions and their API tokens. Not what they may do.

Nouns: User, Session, ApiToken, Attempt. Deeds: `issue_token`, `revoke_token`, `end_sessions`.
"""
