"""Routes of the inbox and of results."""

from django.urls import path

from osler.web.workspace.inbox import reports, views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("reports/<uuid:report_id>/", reports.report, name="report"),
    path("reports/<uuid:report_id>/acknowledge/", reports.acknowledge, name="report-acknowledge"),
    path("reports/<uuid:report_id>/reopen/", reports.reopen, name="report-reopen"),
    path("reports/<uuid:report_id>/forward/", reports.forward, name="report-forward"),
    path("reports/<uuid:report_id>/release/", reports.release, name="report-release"),
]
