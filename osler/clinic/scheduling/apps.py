from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "osler.clinic.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        from osler.clinic.scheduling import following, policy  # noqa: F401, PLC0415  app ready
