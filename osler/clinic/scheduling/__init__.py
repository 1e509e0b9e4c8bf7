"""When patients come: working hours, appointments, the day board.

Nouns: Schedule, WeeklyHours, Absence, Pool, Need, Appointment, Reservation, SlotHold, Slot.
Deeds: `book_appointment`, `reschedule_appointment`, `cancel_appointment`, `reinstate_appointment`
(booking); `hold_slot`, `confirm_hold`, `release_hold`, `end_holds` (holds); `save_pool`, `retire_pool`,
`set_needs` (pools); `confirm_appointment`, `take_back_confirmation` (confirming); `request_appointment`,
`accept_request`, `decline_request` (requests); `check_in_patient`, `room_patient`, `start_visit`,
`finish_visit`, `mark_no_show` and their opposites (checkin); `open_schedule`, `add_hours`, `end_hours`,
`take_back_hours` (hours); `note_absence`, `take_back_absence` (absences); `renew_periods` (renewal);
`hold_for_visitor`, `book_for_visitor` (online); `open_feed`, `close_feed` (feeds).
Reads: `free_slots`, `next_free_slots` (availability); `online_slots`, `self_booked` (online);
`day_sheet`, `calendar_entries`,
`appointment_history` (history), `plan_history` (plan_history), `appointments_in` (absences).
"""
