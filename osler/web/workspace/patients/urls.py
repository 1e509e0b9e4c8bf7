"""Routes of patients at the desk."""

from django.urls import path

from osler.web.workspace.patients import (
    amending,
    attached,
    coverage,
    desk,
    eligibility,
    family,
    family_registering,
    listing,
    numbers,
    pairs,
    portal_access,
    printing,
    registering,
    searching,
    signed,
    unidentified,
)

ONE = "patients/<uuid:patient_id>/"

urlpatterns = [
    path("search/", searching.search, name="search"),
    path("scan/", searching.scan, name="scan"),
    path("patients/", listing.patients, name="patients"),
    path("patients.csv", listing.patients_csv, name="patients-csv"),
    path("patients/new/", registering.new, name="patient-new"),
    path("patients/new/duplicates/", registering.duplicates, name="patient-duplicates"),
    path("patients/numbers/check/<slug:name>/", numbers.number_check, name="number-check"),
    path("patients/unidentified/", unidentified.register, name="patient-unidentified"),
    path("patients/duplicates/", pairs.pairs, name="pairs"),
    path("patients/duplicates/<uuid:pair_id>/", pairs.pair, name="pair"),
    path("patients/duplicates/<uuid:pair_id>/refute/", pairs.refute, name="pair-refute"),
    path("patients/duplicates/<uuid:pair_id>/reopen/", pairs.reopen, name="pair-reopen"),
    path("patients/insurance-to-check/", eligibility.to_check, name="eligibility"),
    path(ONE, desk.patient, name="patient"),
    path(f"{ONE}identify/", unidentified.identify, name="patient-identify"),
    path(f"{ONE}edit/", amending.edit, name="patient-edit"),
    path(f"{ONE}flags/", attached.raise_alert, name="patient-flag"),
    path(f"{ONE}flags/<uuid:flag_id>/lower/", attached.lower_alert, name="flag-lower"),
    path(f"{ONE}contacts/", attached.add_contact, name="patient-contact"),
    path(f"{ONE}contacts/<uuid:person_id>/", attached.amend_contact, name="contact"),
    path(f"{ONE}contacts/<uuid:person_id>/end/", attached.end_contact, name="contact-end"),
    path(f"{ONE}numbers/", numbers.add_number, name="patient-number"),
    path(f"{ONE}numbers/<uuid:type_id>/allot/", numbers.allot_number, name="number-allot"),
    path(f"{ONE}family/join/", family.join, name="family-join"),
    path(f"{ONE}family/new/", family_registering.new, name="family-new"),
    path(f"{ONE}family/address/", family.move, name="family-move"),
    *(
        path(f"{ONE}family/<uuid:member_id>/{deed}/", family.change, {"deed": deed}, name=f"family-{deed}")
        for deed in family.DEEDS
    ),
    path(f"{ONE}insurance/", coverage.add, name="coverage-new"),
    path(f"{ONE}insurance/<uuid:coverage_id>/", coverage.amend, name="coverage"),
    path(f"{ONE}insurance/<uuid:coverage_id>/error/", coverage.error, name="coverage-error"),
    path(f"{ONE}insurance/<uuid:coverage_id>/end/", coverage.end, name="coverage-end"),
    path(
        f"{ONE}insurance/<uuid:coverage_id>/first/",
        coverage.first,
        name="coverage-first",
    ),
    path(f"{ONE}insurance/<uuid:coverage_id>/replace/", coverage.replace, name="coverage-replace"),
    path(f"{ONE}insurance/<uuid:coverage_id>/family/", coverage.carry, name="coverage-carry"),
    path(f"{ONE}insurance/<uuid:coverage_id>/check/", eligibility.check, name="coverage-check"),
    path(f"{ONE}portal/", portal_access.invite, name="patient-invite"),
    path(f"{ONE}portal/<uuid:grant_id>/end/", portal_access.end, name="portal-grant-end"),
    path(f"{ONE}portal/<uuid:grant_id>/restore/", portal_access.restore, name="portal-grant-restore"),
    path(f"{ONE}portal/invitations/<uuid:invitation_id>/", portal_access.slip, name="invitation-slip"),
    path(
        f"{ONE}portal/invitations/<uuid:invitation_id>/withdraw/",
        portal_access.withdraw,
        name="invitation-withdraw",
    ),
    path(f"{ONE}consents/<uuid:consent_id>/", signed.consent, name="consent"),
    path(f"{ONE}consents/<uuid:consent_id>/revoke/", signed.revoke, name="consent-revoke"),
    path(f"{ONE}cards/<uuid:photo_id>/", signed.card_photo, name="card-photo"),
    path(f"{ONE}slip/", printing.slip, name="patient-slip"),
    path(f"{ONE}label/", printing.label, name="patient-label"),
    path(f"{ONE}wristband/", printing.wristband, name="patient-wristband"),
]
