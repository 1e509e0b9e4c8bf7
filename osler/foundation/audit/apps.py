from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "osler.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from osler.foundation.audit import key_lists  # noqa: F401, PLC0415  app ready
