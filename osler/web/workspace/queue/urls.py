"""Routes of the queue."""

from django.urls import path

from osler.web.workspace.queue import calling, entry, lengths, page, walk_in

urlpatterns = [
    path("queue/", page.queue, name="queue"),
    path("queue/live/", page.queue_live, name="queue-live"),
    path("queue/walk-in/", walk_in.walk_in, name="walk-in"),
    path("queue/call/", calling.call, name="queue-call"),
    path("queue/lengths/", lengths.lengths, name="visit-lengths"),
    path("queue/lengths/export/", lengths.export, name="visit-lengths-export"),
    path("queue/entries/<uuid:entry_id>/priority/", entry.priority, name="queue-priority"),
    path("queue/entries/<uuid:entry_id>/slip/", entry.slip, name="queue-slip"),
    path("queue/entries/<uuid:entry_id>/<slug:step>/", calling.take_step, name="queue-step"),
]
