from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "osler.clinic.records"
    label = "records"
