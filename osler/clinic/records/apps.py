from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "osler.clinic.records"
    label = "records"

    def ready(self) -> None:
        from osler.clinic.records import errors, following, policy  # noqa: F401, PLC0415  app ready
