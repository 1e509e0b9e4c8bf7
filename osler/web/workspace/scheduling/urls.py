"""Routes of the desk."""

from django.urls import path

from osler.web.workspace.scheduling import (
    appointments,
    board,
    booking,
    calendar,
    joining,
    likely_free,
    moving,
    recall_list,
    replies,
    requests,
    steps,
    waiting_list,
)

urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/live/", board.board_live, name="board-live"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/live/", calendar.calendar_live, name="calendar-live"),
    path("appointments/new/", booking.new, name="appointment-new"),
    path("appointments/requests/", requests.waiting, name="appointment-requests"),
    path("appointments/<uuid:appointment_id>/", appointments.detail, name="appointment"),
    path("appointments/<uuid:appointment_id>/visit.ics", appointments.ics, name="appointment-ics"),
    path("appointments/<uuid:appointment_id>/cancel/", appointments.cancel, name="appointment-cancel"),
    path("appointments/<uuid:appointment_id>/decline/", requests.decline, name="appointment-decline"),
    path("appointments/<uuid:appointment_id>/move/", moving.move, name="appointment-move"),
    path("appointments/<uuid:appointment_id>/move-back/", moving.move_back, name="appointment-move-back"),
    path("appointments/<uuid:appointment_id>/remind/", replies.remind, name="appointment-remind"),
    path("appointments/likely-free/", likely_free.listing, name="likely-free"),
    path("recalls/", recall_list.listing, name="recalls"),
    path("recalls/<uuid:patient_id>/note/", recall_list.note, name="recall-note"),
    path("waiting-list/", waiting_list.listing, name="waiting-list"),
    path("waiting-list/join/", joining.join, name="waiting-join"),
    path("waiting-list/<uuid:entry_id>/", waiting_list.entry, name="waiting-entry"),
    path("waiting-list/<uuid:entry_id>/offer/", waiting_list.offer, name="waiting-offer"),
    path("waiting-list/<uuid:entry_id>/leave/", waiting_list.leave, name="waiting-leave"),
    path("waiting-list/<uuid:entry_id>/return/", waiting_list.back, name="waiting-return"),
    path("waiting-list/offers/<uuid:offer_id>/<slug:said>/", waiting_list.answer, name="waiting-answer"),
    path("replies/", replies.waiting, name="replies"),
    path("replies/<uuid:reply_id>/settle/", replies.settle, name="reply-settle"),
    path("replies/<uuid:reply_id>/reopen/", replies.reopen, name="reply-reopen"),
    path("appointments/<uuid:appointment_id>/<slug:step>/", steps.take_step, name="appointment-step"),
]
