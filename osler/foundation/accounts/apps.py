from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "osler.foundation.accounts"
    label = "accounts"
