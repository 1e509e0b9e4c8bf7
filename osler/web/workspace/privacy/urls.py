"""Routes of the privacy officer."""

from django.urls import path

from osler.web.workspace.privacy import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/patients/<uuid:patient_id>/", views.chart_openings, name="privacy-patient"),
    path("privacy/people/<uuid:user_id>/", views.user_openings, name="privacy-user"),
]
