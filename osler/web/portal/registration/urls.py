"""Routes of the public door, below `/register/`."""

from django.urls import path

from osler.web.portal.registration import resuming, views

urlpatterns = [
    path("", views.clinics, name="registration"),
    path("resume/<str:token>/", resuming.resume, name="registration-resume"),
    path("<slug:address>/", views.start, name="registration-start"),
    path("<slug:address>/again/", resuming.again, name="registration-again"),
    path("<slug:address>/later/", resuming.later, name="registration-later"),
    path("<slug:address>/stop/", views.stop, name="registration-stop"),
    path("<slug:address>/done/", views.done, name="registration-done"),
    path("<slug:address>/photo/<slug:side>/", views.photo, name="registration-photo"),
    path("<slug:address>/<slug:page>/", views.page, name="registration-page"),
]
