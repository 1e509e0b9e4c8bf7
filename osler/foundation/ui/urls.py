"""Public routes of the interface: its style sheets, its script, its gallery."""

from django.urls import path

from osler.foundation.ui import views

urlpatterns = [
    path("", views.gallery, name="ui-gallery"),
    path("patterns/<slug:name>/", views.pattern, name="ui-pattern"),
    path("assets/<str:name>", views.deliver_asset, name="ui-asset"),
]
