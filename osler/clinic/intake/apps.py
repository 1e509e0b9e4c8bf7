from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "osler.clinic.intake"
    label = "intake"

    def ready(self) -> None:
        from osler.clinic.intake import codes, following, mails, policy  # noqa: F401, PLC0415  app ready
