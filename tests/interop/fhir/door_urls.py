"""The FHIR door alone, at its address: these tests do not depend on the pages."""

from django.urls import include, path

from osler.interop.fhir.doors.routes import whole

urlpatterns = [path("fhir/R4", whole), path("fhir/R4/", include("osler.interop.fhir.urls"))]
