"""Routes of the administrator."""

from django.urls import path

from osler.web.workspace.administration import (
    absences,
    accounts,
    directory,
    hours,
    overview,
    users,
)

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
    path("hours/", hours.hours, name="hours"),
    path("hours/<uuid:practitioner_id>/", hours.practitioner_hours, name="practitioner-hours"),
    path("hours/<uuid:practitioner_id>/add/", hours.hours_add, name="hours-add"),
    path("hours/rows/<uuid:hours_id>/end/", hours.hours_end, name="hours-end"),
    path("hours/rows/<uuid:hours_id>/go-on/", hours.hours_go_on, name="hours-go-on"),
    path("hours/rows/<uuid:hours_id>/take-back/", hours.hours_take_back, name="hours-take-back"),
    path("hours/rows/<uuid:hours_id>/restore/", hours.hours_restore, name="hours-restore"),
    path("hours/schedules/<uuid:schedule_id>/", hours.schedule_amend, name="schedule-amend"),
    path("absences/", absences.absence_list, name="absences"),
    path("absences/new/", absences.absence_new, name="absence-new"),
    path("absences/<uuid:absence_id>/visits/", absences.absence_visits, name="absence-visits"),
    path("absences/<uuid:absence_id>/take-back/", absences.absence_take_back, name="absence-take-back"),
    path("absences/<uuid:absence_id>/restore/", absences.absence_restore, name="absence-restore"),
    path("administration/services/", directory.services, name="services"),
    path("administration/services/new/", directory.service_new, name="service-new"),
    path("administration/services/<uuid:key>/", directory.service, name="service"),
]
