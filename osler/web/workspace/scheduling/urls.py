"""Routes of the desk."""

from django.urls import path

from osler.web.workspace.scheduling import (
    appointments,
    board,
    booking,
    calendar,
    feed,
    moving,
    replies,
    requests,
    series,
    steps,
    together,
)

urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/live/", board.board_live, name="board-live"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/live/", calendar.calendar_live, name="calendar-live"),
    path("calendar/link/", feed.own, name="calendar-link"),
    path("calendar/feed/<str:key>.ics", feed.feed, name="calendar-feed"),
    path("appointments/new/", booking.new, name="appointment-new"),
    path("appointments/requests/", requests.waiting, name="appointment-requests"),
    path("appointments/series/new/", series.new, name="series-new"),
    path("appointments/<uuid:appointment_id>/", appointments.detail, name="appointment"),
    path("appointments/<uuid:appointment_id>/visit.ics", appointments.ics, name="appointment-ics"),
    path("appointments/<uuid:appointment_id>/cancel/", appointments.cancel, name="appointment-cancel"),
    path("appointments/<uuid:appointment_id>/decline/", requests.decline, name="appointment-decline"),
    path("appointments/<uuid:appointment_id>/move/", moving.move, name="appointment-move"),
    path("appointments/<uuid:appointment_id>/move-back/", moving.move_back, name="appointment-move-back"),
    path("appointments/<uuid:appointment_id>/remind/", replies.remind, name="appointment-remind"),
    path("appointments/<uuid:appointment_id>/series/move/", series.move, name="series-move"),
    path("appointments/<uuid:appointment_id>/series/cancel/", series.cancel, name="series-cancel"),
    path("appointments/<uuid:appointment_id>/series/reinstate/", series.reinstate, name="series-reinstate"),
    path("appointments/<uuid:appointment_id>/reinstate-both/", together.reinstate, name="reinstate-both"),
    path("replies/", replies.waiting, name="replies"),
    path("replies/<uuid:reply_id>/settle/", replies.settle, name="reply-settle"),
    path("replies/<uuid:reply_id>/reopen/", replies.reopen, name="reply-reopen"),
    path("appointments/<uuid:appointment_id>/<slug:step>/", steps.take_step, name="appointment-step"),
]
