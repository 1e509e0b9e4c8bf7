"""What can stand against an import.

Conflict
├── RowDecided        somebody has decided on this row meanwhile
├── ImportBusy        the import is not in a state for this
├── NotChecked        a run follows a look at what it would do
└── FileForgotten     the file was deleted when its time was over
Invalid
└── MappingUnfit      columns by which nobody could be registered
"""

from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Conflict, Invalid


class RowDecided(Conflict):
    """Exactly one decides, once."""

    code = "row-decided"
    message = _("Somebody has decided on this row already. Nothing was changed.")


class ImportBusy(Conflict):
    """It is being checked or run, or over."""

    code = "import-busy"
    message = _("The import has gone on meanwhile. Please look at how it stands now.")


class FileForgotten(Conflict):
    """What was in the file is kept for some weeks only."""

    code = "file-forgotten"
    message = _("The file was deleted when its time was over. What came of its rows is kept.")


class NotChecked(Conflict):
    """First one looks at what would happen."""

    code = "not-checked"
    message = _("Please have the file checked first. Nobody was registered.")


class MappingUnfit(Invalid):
    """Columns by which nobody could be registered."""

    code = "mapping-unfit"
    message = _("Please look at the columns again.")
    field = "columns"
