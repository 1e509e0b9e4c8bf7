"""Offers of the waiting list as they reach patients: when they are made, by which way, and what is answered.

Deeds: `offer_freed`, `offer_wished_for`, `offer_now` (rounds), `tell_of_offer` (telling).
Whom a time is offered to is `clinic.scheduling`'s to choose.
"""
