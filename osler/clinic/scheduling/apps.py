from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "osler.clinic.scheduling"
    label = "scheduling"
