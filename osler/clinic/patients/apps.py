from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "osler.clinic.patients"
    label = "patients"
