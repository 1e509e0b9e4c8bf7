"""Routes of the FHIR R4 base."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
