"""What can stand against a file.

Invalid
├── PhotoUnfit    no picture that we take, or too large
Conflict
└── WorkshopBusy  the process that should have read it took too long, or could not be had
"""

from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Conflict, Invalid


class PhotoUnfit(Invalid):
    """No picture that we take, or too large."""

    code = "photo-unfit"
    message = _("This is no photo that we can take. Please choose a JPEG or PNG picture of up to 8 MB.")
    field = "photo"


class WorkshopBusy(Conflict):
    """The process that should have read the file took too long, or could not be had."""

    code = "workshop-busy"
    status = 503
    message = _("The picture could not be read in time. Nothing was changed: please try again.")
