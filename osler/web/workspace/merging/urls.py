"""Routes of merging charts."""

from django.urls import path

from osler.web.workspace.merging import choosing, comparing, deciding, undoing

ONE = "merges/<uuid:link_id>/"

urlpatterns = [
    path("patients/<uuid:patient_id>/merge/", choosing.choose, name="merge-choose"),
    path("patients/<uuid:patient_id>/merge/<uuid:other_id>/", comparing.merge, name="merge"),
    path("merges/", deciding.merges, name="merges"),
    path(ONE, deciding.link, name="merge-link"),
    path(f"{ONE}decide/", deciding.decide_on, name="merge-decide"),
    path(f"{ONE}decline/", deciding.decline, name="merge-decline"),
    path(f"{ONE}allergies/", deciding.allergies, name="merge-allergies"),
    path(f"{ONE}undo/", undoing.undo, name="merge-undo"),
]
