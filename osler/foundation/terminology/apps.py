from django.apps import AppConfig


class TerminologyConfig(AppConfig):
    name = "osler.foundation.terminology"
    label = "terminology"
