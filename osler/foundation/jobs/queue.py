"""The job queue: procrastinate in our own database, deferred in the caller's transaction."""

from procrastinate.contrib.django import app as queue

__all__ = ["queue"]
