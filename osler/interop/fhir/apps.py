from django.apps import AppConfig


class FhirConfig(AppConfig):
    name = "osler.interop.fhir"
    label = "fhir"

    def ready(self) -> None:
        from osler.interop.fhir import (  # noqa: F401, PLC0415 - app ready: needs all models
            checks,
            following,
            policy,
            resources,
        )
        from osler.interop.fhir.representing import register_all  # noqa: PLC0415 - app ready

        register_all()
