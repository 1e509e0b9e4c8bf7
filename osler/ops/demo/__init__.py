"""A clinic that lives: invented patients, their histories, a year of appointments, today in full swing.

Everything comes from a seed and is dated from today, so that it never looks dead. Only the
generator is in the repository; nobody in it exists.
"""
