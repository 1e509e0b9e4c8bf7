"""Routes of the portal: whose page it is stands in each address (D4)."""

from django.urls import include, path

from osler.web.portal import (
    bills,
    changes,
    consents,
    earlier,
    home,
    invitation,
    messages,
    profile,
    results,
    sharing,
    visits,
)
from osler.web.portal.booking import own_visits

of_a_patient = [
    path("", home.home, name="portal-home"),
    path("visits/", visits.visits, name="portal-visits"),
    path("visits/ask/", visits.ask, name="portal-ask-visit"),
    path("visits/book/", own_visits.choose, name="portal-book"),
    path("visits/book/<uuid:service_id>/", own_visits.times, name="portal-book-times"),
    path("visits/held/<uuid:appointment_id>/", own_visits.held, name="portal-book-held"),
    path("visits/<uuid:appointment_id>/move/", own_visits.move, name="portal-move-visit"),
    path("visits/<uuid:appointment_id>/confirm/", own_visits.confirm, name="portal-confirm-visit"),
    path("visits/<uuid:appointment_id>/visit.ics", own_visits.calendar_file, name="portal-visit-ics"),
    path("visits/<uuid:appointment_id>/earlier/", earlier.join, name="portal-earlier"),
    path("visits/<uuid:appointment_id>/cancel/", visits.cancel, name="portal-cancel-visit"),
    path("visits/<uuid:appointment_id>/keep/", visits.keep, name="portal-keep-visit"),
    path("visits/past/<uuid:encounter_id>/", visits.past_visit, name="portal-past-visit"),
    path("results/", results.results, name="portal-results"),
    path("results/<uuid:report_id>/", results.result, name="portal-result"),
    path("medications/", results.medications, name="portal-medications"),
    path("messages/", messages.threads, name="portal-messages"),
    path("messages/new/", messages.new, name="portal-new-message"),
    path("messages/<uuid:thread_id>/", messages.thread, name="portal-thread"),
    path("bills/", bills.bills, name="portal-bills"),
    path("bills/<uuid:invoice_id>/", bills.bill, name="portal-bill"),
    path("bills/<uuid:invoice_id>/pdf/", bills.bill_pdf, name="portal-bill-pdf"),
    path("access/", profile.access_log, name="portal-access"),
    path("sharing/", sharing.sharing, name="portal-sharing"),
    path("sharing/<uuid:grant_id>/end/", sharing.end, name="portal-sharing-end"),
    path("sharing/<uuid:grant_id>/restore/", sharing.restore, name="portal-sharing-restore"),
    path("profile/", profile.profile, name="portal-profile"),
    path("profile/change/", changes.ask, name="portal-change"),
    path("profile/change/<uuid:proposal_id>/withdraw/", changes.withdraw, name="portal-change-withdraw"),
    path("consents/", consents.consents, name="portal-consents"),
    path("consents/<uuid:consent_id>/revoke/", consents.revoke, name="portal-consent-revoke"),
]
urlpatterns = [
    path("", home.start, name="portal"),
    path("invitation/<str:token>/", invitation.accept, name="portal-invitation"),
    path("<uuid:patient_id>/", include(of_a_patient)),
]
