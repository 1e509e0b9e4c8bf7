from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "osler.foundation.ui"
    label = "ui"
