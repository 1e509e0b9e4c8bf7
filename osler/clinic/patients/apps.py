from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "osler.clinic.patients"
    label = "patients"

    def ready(self) -> None:
        from osler.clinic.patients import following, policy  # noqa: F401, PLC0415  app ready
