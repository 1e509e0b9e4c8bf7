from django.apps import AppConfig


class InsuranceConfig(AppConfig):
    name = "osler.clinic.insurance"
    label = "insurance"

    def ready(self) -> None:
        from osler.clinic.insurance import following, policy  # noqa: F401, PLC0415  app ready
