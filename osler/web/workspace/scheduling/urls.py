"""Routes of the desk."""

from django.urls import path

from osler.web.workspace.scheduling import (
    appointments,
    board,
    booking,
    calendar,
    dropping,
    moving,
    replies,
    requests,
    resizing,
    steps,
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
    path("appointments/<uuid:appointment_id>/length/", resizing.resize, name="appointment-length"),
    path("appointments/<uuid:appointment_id>/look/", dropping.look, name="appointment-look"),
    path("appointments/<uuid:appointment_id>/remind/", replies.remind, name="appointment-remind"),
    path("replies/", replies.waiting, name="replies"),
    path("replies/<uuid:reply_id>/settle/", replies.settle, name="reply-settle"),
    path("replies/<uuid:reply_id>/reopen/", replies.reopen, name="reply-reopen"),
    path("appointments/<uuid:appointment_id>/<slug:step>/", steps.take_step, name="appointment-step"),
]
