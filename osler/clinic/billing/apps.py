from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "osler.clinic.billing"
    label = "billing"
