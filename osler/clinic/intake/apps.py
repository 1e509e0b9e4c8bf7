from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "osler.clinic.intake"
    label = "intake"

    def ready(self) -> None:
        from osler.clinic.intake import following, mails, policy  # noqa: F401, PLC0415  app ready
