"""Routes of the door and of home. Those under `/accounts/` serve both realms."""

from django.urls import path

from osler.web.workspace.home import preferences, sign_in, views

urlpatterns = [
    path("", sign_in.sign_in, name="sign-in"),
    path("home/", views.home, name="home"),
    path("home/live/", views.home_live, name="home-live"),
    path("accounts/home/", sign_in.account_home, name="account-home"),
    path("accounts/preferences/", preferences.preferences, name="preferences"),
    path("preferences/", preferences.preferences),
    path("accounts/keep-alive/", preferences.keep_alive, name="keep-alive"),
]
