"""A clinic's year, simulated: what reminders, risk and the waiting list do to missed visits and to empty
times.

The patients are made up; the rules are Osler's own (whom a time suits and who is first, how long an answer
is waited for, what is learnt of missed visits and how). The calendar is a list in memory: no database, no
race.
"""
