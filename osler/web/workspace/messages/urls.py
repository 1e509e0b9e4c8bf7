"""Routes of conversations."""

from django.urls import path

from osler.web.workspace.messages import views

urlpatterns = [
    path("inbox/threads/", views.threads, name="threads"),
    path("inbox/threads/new/<uuid:patient_id>/", views.new, name="thread-new"),
    path("inbox/threads/<uuid:thread_id>/", views.thread, name="thread"),
    path("inbox/threads/<uuid:thread_id>/assign/", views.assign, name="thread-assign"),
    path("inbox/threads/<uuid:thread_id>/close/", views.close, name="thread-close"),
    path("inbox/threads/<uuid:thread_id>/reopen/", views.reopen, name="thread-reopen"),
]
