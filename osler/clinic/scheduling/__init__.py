"""When patients come: working hours, appointments, the day board.

Nouns: Schedule, WeeklyHours, Absence, Appointment, Reservation.
Deeds: `book_appointment`, `request_appointment`, `reschedule_appointment`, `cancel_appointment`,
`reinstate_appointment`, `check_in_patient`, `room_patient`, `mark_no_show`.
Reads: `free_slots`, `day_sheet`.
"""
