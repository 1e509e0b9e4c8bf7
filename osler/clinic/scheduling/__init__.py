"""When patients come: working hours, appointments, the day board.

Nouns: Schedule, WeeklyHours, Absence, Pool, Need, Appointment, Reservation, SlotHold, Series, Slot,
WaitlistEntry, WaitlistOffer, FreedTime, Queue, QueueEntry, QueueScreen.
Deeds and what is read for them, by folder:
`calendars`: `open_schedule`, `add_hours`, `end_hours`, `take_back_hours`; `note_absence`,
`take_back_absence`, `appointments_in`; `save_pool`, `retire_pool`, `set_needs`; `renew_periods`;
`open_feed`, `close_feed`; `free_slots`, `next_free_slots`, `month_load`, `plan_history`.
`appointments`: `book_appointment`, `reschedule_appointment`, `cancel_appointment`,
`reinstate_appointment`; the same with what comes before (`reschedule_together`, `cancel_together`,
`reinstate_together`); `extend_appointment`, `take_back_move`; `hold_slot`, `confirm_hold`,
`release_hold`, `end_holds`; `request_appointment`, `accept_request`, `decline_request`;
`confirm_appointment`, `take_back_confirmation`; `check_in_patient`, `room_patient`, `start_visit`,
`finish_visit`, `mark_no_show` and their opposites; `hold_for_visitor`, `book_for_visitor`,
`online_slots`, `self_booked`; `look_at`, `appointment_history`.
`series`: `book_series`, `move_series`, `cancel_series`, `reinstate_series`; `preview`.
`queue`: `save_queue`, `open_screen`, `close_screen`; `take_in_walk_in`, `set_priority`; `call_next`,
`call_patient`, `take_back_call`, `note_no_answer`, `seat_patient`; `waiting_room`, `usual_waits`,
`calls_on`, `visit_lengths`.
`waiting_list`: `join_waiting_list`, `leave_waiting_list`, `return_to_waiting_list`; `make_offer`,
`accept_offer`, `decline_offer`, `lapse_offers`; `filling`.
Reads of several at once: `day_sheet`, `calendar_entries` (queries).
"""
