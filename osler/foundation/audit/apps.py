from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "osler.foundation.audit"
    label = "audit"
