"""Routes of the chart and of visits."""

from django.urls import path

from osler.web.workspace.records import (
    chart,
    codes,
    confirming,
    decisions,
    entries,
    follow_ups,
    mistakes,
    notes,
    visits,
)
from osler.web.workspace.records.entries import change_problem

PATIENT = "patients/<uuid:patient_id>/"
ENCOUNTER = "encounters/<uuid:encounter_id>/"

urlpatterns = [
    path(f"{PATIENT}chart/<slug:key>/", chart.chart_section, name="chart-section"),
    path(f"{PATIENT}encounters/", visits.start_unscheduled, name="encounter-new"),
    path(f"{PATIENT}problems/", entries.add_to_problems, name="problem-add"),
    path(f"{PATIENT}allergies/", entries.add_allergy, name="allergy-add"),
    path(f"{PATIENT}allergies/none/", entries.state_no_allergies, name="allergies-none"),
    path(f"{PATIENT}medications/", entries.add_statement, name="statement-add"),
    *(
        path(f"problems/<uuid:row_id>/{deed}/", change_problem, {"deed": deed}, f"problem-{deed}")
        for deed in ("resolve", "reopen")
    ),
    path("entries/<slug:kind>/<uuid:row_id>/wrong/", mistakes.mark, name="entry-wrong"),
    path("entries/<slug:kind>/<uuid:row_id>/undo/", mistakes.undo, name="entry-undo"),
    path("allergies/<uuid:row_id>/confirm/", confirming.allergy, name="allergy-confirm"),
    path("problems/<uuid:row_id>/confirm/", confirming.problem, name="problem-confirm"),
    path("answers/<uuid:response_id>/review/", confirming.review, name="response-review"),
    path(f"{PATIENT}vitals/wrong/", mistakes.mark_vitals, name="vitals-wrong"),
    path("medications/<slug:kind>/<uuid:row_id>/stop/", entries.stop, name="medication-stop"),
    path("encounters/of/<uuid:appointment_id>/", visits.start, name="encounter-start"),
    path(ENCOUNTER, visits.encounter, name="encounter"),
    path(f"{ENCOUNTER}finish/", visits.finish, name="encounter-finish"),
    path(f"{ENCOUNTER}cancel/", visits.cancel, name="encounter-cancel"),
    path(f"{ENCOUNTER}note/", notes.draft, name="note-draft"),
    path(f"{ENCOUNTER}note/compare/", notes.compare, name="note-compare"),
    path(f"{ENCOUNTER}note/template/", notes.insert_template, name="note-template"),
    path(f"{ENCOUNTER}note/sign/", notes.sign, name="note-sign"),
    path(f"{ENCOUNTER}vitals/", decisions.vitals, name="encounter-vitals"),
    path(f"{ENCOUNTER}diagnoses/", decisions.diagnose, name="encounter-diagnoses"),
    path(f"{ENCOUNTER}prescriptions/", decisions.prescribe, name="encounter-prescriptions"),
    path(f"{ENCOUNTER}orders/", decisions.order, name="encounter-orders"),
    path(f"{ENCOUNTER}follow-ups/", decisions.follow_up, name="encounter-follow-ups"),
    path("orders/<uuid:row_id>/revoke/", decisions.revoke, name="order-revoke"),
    path("notes/<uuid:note_id>/addendum/", notes.amend, name="note-amend"),
    path("notes/<uuid:note_id>/versions/", notes.versions, name="note-versions"),
    path("follow-ups/<uuid:order_id>/is/<uuid:appointment_id>/", follow_ups.tie, name="follow-up-tie"),
    path("codes/<slug:kind>/", codes.options, name="codes"),
]
