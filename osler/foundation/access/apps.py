from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "osler.foundation.access"
    label = "access"

    def ready(self) -> None:
        from osler.foundation.access import checks, foundation_policy  # noqa: F401, PLC0415  app ready
