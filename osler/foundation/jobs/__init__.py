"""Work after the answer: news (outbox), jobs, and keys that make a retry safe.

Nouns: OutboxEvent, IdempotencyKey. Deeds: `announce`, `deliver_events`, `answer_once`.
"""
