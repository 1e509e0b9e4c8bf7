from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "osler.foundation.jobs"
    label = "jobs"
