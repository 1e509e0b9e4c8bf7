from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "osler.ops"
    label = "ops"
