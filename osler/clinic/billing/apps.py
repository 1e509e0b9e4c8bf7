from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "osler.clinic.billing"
    label = "billing"

    def ready(self) -> None:
        from osler.clinic.billing import errors, following, policy  # noqa: F401, PLC0415  app ready
