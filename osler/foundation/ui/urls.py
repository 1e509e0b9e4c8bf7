"""Public routes of the interface: its style sheets, its script, its gallery."""

from django.urls import path

from osler.foundation.ui import views
from osler.foundation.ui.gallery.options import options

urlpatterns = [
    path("", views.gallery, name="ui-gallery"),
    path("patterns/<slug:name>/", views.pattern, name="ui-pattern"),
    path("options/", options, name="ui-options"),
    path("assets/<str:name>", views.deliver_asset, name="ui-asset"),
]
