"""Visits booked without the desk: on the public page, in the portal, by the link of a mail."""
