from django.apps import AppConfig


class InsuranceConfig(AppConfig):
    name = "osler.clinic.insurance"
    label = "insurance"
