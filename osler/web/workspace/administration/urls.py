"""Routes of the administrator."""

from django.urls import path

from osler.web.workspace.administration import accounts, directory, overview, users

urlpatterns = [
    path("administration/", overview.administration, name="administration"),
    path("administration/roles/", overview.roles, name="roles"),
    path("administration/users/", users.users, name="users"),
    path("administration/users/new/", users.invite, name="user-new"),
    path("administration/users/<uuid:user_id>/", users.user, name="user"),
    path("administration/users/<uuid:user_id>/roles/", users.grant, name="role-grant"),
    path("administration/users/<uuid:user_id>/link/", accounts.link, name="user-link"),
    path("administration/users/<uuid:user_id>/close/", accounts.close, name="user-close"),
    path("administration/users/<uuid:user_id>/reopen/", accounts.reopen, name="user-reopen"),
    path("administration/users/<uuid:user_id>/second-step/", accounts.second_step, name="user-second-step"),
    path(
        "administration/users/<uuid:user_id>/tokens/<uuid:token_id>/revoke/",
        accounts.revoke,
        name="token-revoke",
    ),
    path("administration/roles/<uuid:assignment_id>/end/", users.end, name="role-end"),
    path("administration/locations/", directory.locations, name="locations"),
    path("administration/locations/new/", directory.location_new, name="location-new"),
    path("administration/locations/<uuid:key>/", directory.location, name="location"),
    path("administration/practitioners/", directory.practitioners, name="practitioners"),
    path("administration/practitioners/new/", directory.practitioner_new, name="practitioner-new"),
    path("administration/practitioners/<uuid:key>/", directory.practitioner, name="practitioner"),
    path("administration/services/", directory.services, name="services"),
    path("administration/services/new/", directory.service_new, name="service-new"),
    path("administration/services/<uuid:key>/", directory.service, name="service"),
]
