"""Why a physician may prescribe in spite of an alert: a code that is kept, and its words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OVERRIDE_REASONS: dict[str, str | Promise] = {
    "tolerated": _("Has taken it before without a reaction"),
    "mild-reaction": _("The reaction was mild and can be accepted"),
    "benefit": _("The benefit is greater than the risk"),
    "monitored": _("Will be monitored for it"),
    "no-alternative": _("There is no alternative"),
    "wrong-entry": _("The entry in the chart is wrong"),
}
