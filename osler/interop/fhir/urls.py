"""Routes of the FHIR R4 base."""

from django.urls import URLPattern, path

from osler.interop.fhir.doors import capability, routes

urlpatterns: list[URLPattern] = [
    path("", routes.whole),
    path("metadata", capability.metadata),
    path("Slot", routes.slots),
    path("Slot/<str:resource_id>", routes.slot),
    path("Appointment/$<str:operation>", routes.appointments),
    path("Appointment/<uuid:appointment_id>/$cancel", routes.appointment_cancel),
    path("AppointmentResponse", routes.appointment_responses),
    path("<str:resource_type>", routes.of_type),
    path("Patient/$match", routes.patient_match),
    path("<str:resource_type>/_search", routes.search_by_form),
    path("Patient/<str:resource_id>/$everything", routes.patient_everything),
    path("<str:resource_type>/<str:resource_id>", routes.instance),
    path("<str:resource_type>/<str:resource_id>/_history", routes.versions),
    path("<str:resource_type>/<str:resource_id>/_history/<str:version_id>", routes.version),
    path("<path:rest>", routes.nothing),
]
