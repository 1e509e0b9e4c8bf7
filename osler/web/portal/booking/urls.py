"""Routes of public booking, below `/book/`."""

from django.urls import path

from osler.web.portal.booking import views

urlpatterns = [
    path("", views.clinics, name="booking"),
    path("confirm/<str:token>/", views.linked, name="booking-confirm"),
    path("<slug:address>/", views.start, name="booking-start"),
    path("<slug:address>/who/", views.who, name="booking-who"),
    path("<slug:address>/code/", views.code, name="booking-code"),
    path("<slug:address>/stop/", views.stop, name="booking-stop"),
    path("<slug:address>/<uuid:service_id>/", views.times, name="booking-times"),
]
