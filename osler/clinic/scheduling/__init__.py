"""When patients come: working hours, appointments, the day board.

Nouns: Schedule, WeeklyHours, Absence, Pool, Need, Appointment, Reservation, SlotHold, Series, Slot,
WaitlistEntry, WaitlistOffer, FreedTime, Queue, QueueEntry, QueueScreen.
Deeds: `extend_appointment` (resizing); `take_back_move` (undoing);
`book_appointment`, `reschedule_appointment`, `cancel_appointment`, `reinstate_appointment`
(booking); `book_series`, `move_series`, `cancel_series`, `reinstate_series` (series);
`reschedule_together`, `cancel_together`, `reinstate_together` (together); `hold_slot`,
`confirm_hold`, `release_hold`, `end_holds` (holds); `save_pool`, `retire_pool`, `set_needs`
(pools); `confirm_appointment`, `take_back_confirmation` (confirming); `request_appointment`,
`accept_request`, `decline_request` (requests); `check_in_patient`, `room_patient`, `start_visit`,
`finish_visit`, `mark_no_show` and their opposites (checkin); `open_schedule`, `add_hours`, `end_hours`,
`take_back_hours` (hours); `note_absence`, `take_back_absence` (absences); `renew_periods` (renewal);
`hold_for_visitor`, `book_for_visitor` (online); `open_feed`, `close_feed` (feeds);
`join_waiting_list`, `leave_waiting_list`,
`return_to_waiting_list` (waiting_list); `make_offer`, `accept_offer`, `decline_offer`,
`lapse_offers` (offering); `take_in_walk_in`, `set_priority` (queueing); `call_next`, `call_patient`,
`take_back_call`, `note_no_answer`, `seat_patient` (calling); `save_queue`, `open_screen`,
`close_screen` (queues).
Reads: `look_at` (looking); `month_load` (months);
`free_slots`, `next_free_slots` (availability); `online_slots`, `self_booked` (online);
`day_sheet`, `calendar_entries`, `appointment_history` (history), `plan_history` (plan_history),
`appointments_in` (absences), `waiting_list` (waiting_list), `filling` (freeing);
`waiting_room`, `usual_waits` (waiting_room), `calls_on` (screens), `visit_lengths` (lengths).
"""
