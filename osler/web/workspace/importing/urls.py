"""Routes of imports of patients."""

from django.urls import path

from osler.web.workspace.importing import columns, files, listing, progress, rows

ONE = "patients/imports/<uuid:import_id>/"
ROW = f"{ONE}rows/<int:number>/"

urlpatterns = [
    path("patients/imports/", listing.imports, name="imports"),
    path(ONE, progress.one_import, name="import"),
    path(f"{ONE}progress/", progress.state, name="import-state"),
    path(f"{ONE}columns/", columns.columns, name="import-columns"),
    path(f"{ONE}run/", progress.run, name="import-run"),
    path(f"{ONE}stop/", progress.stop, name="import-stop"),
    path(f"{ONE}discard/", progress.discard, name="import-discard"),
    path(f"{ONE}refused.csv", files.refused, name="import-refused"),
    path(f"{ONE}duplicates.csv", files.alike, name="import-alike"),
    path(f"{ONE}rows/", rows.rows, name="import-rows"),
    path(f"{ONE}rows/certain/", rows.leave_out_all, name="import-leave-out-certain"),
    path(ROW, rows.row, name="import-row"),
    path(f"{ROW}leave-out/", rows.leave_out, name="import-row-leave-out"),
    path(f"{ROW}reopen/", rows.reopen, name="import-row-reopen"),
    path(f"{ROW}register/", rows.register, name="import-row-register"),
]
