"""Resources that no table of the clinic holds, in a merge."""

from django.utils.translation import ngettext_lazy

from osler.clinic.patients.following import follows
from osler.interop.fhir.models import StoredResource

follows(StoredResource, ngettext_lazy("%(count)d other document", "%(count)d other documents", "count"))
