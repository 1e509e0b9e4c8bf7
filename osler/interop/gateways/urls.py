"""Routes of the gateways, below `/texts/`."""

from django.urls import path

from osler.interop.gateways.incoming import incoming

urlpatterns = [path("incoming/", incoming, name="texts-incoming")]
