"""The ways out of the house: mail, text messages, and the clearinghouse that asks insurers.

Each has a loopback (`loopback`, `loopback_phones`, `loopback_insurers`) that behaves like the real one: it
takes, refuses, puts off, hangs up, answers late, twice or never, and sends nothing on.
"""
