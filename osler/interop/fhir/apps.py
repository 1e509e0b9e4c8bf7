from django.apps import AppConfig


class FhirConfig(AppConfig):
    name = "osler.interop.fhir"
    label = "fhir"
