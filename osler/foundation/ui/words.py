"""The sentences that scripts show, in the reader's language."""

import json

from django.utils.translation import gettext as _


def words() -> str:
    """The sentences as JSON, for the page's head."""
    return json.dumps(
        {
            "saved": _("Saved"),
            "saving": _("Saving"),
            "unsaved": _("Not saved yet"),
            "kept": _("Kept on this computer, not saved yet"),
            "restored": _("Your unsaved text was put back."),
            "restoredOlder": _(
                "Your text was put back. Somebody has changed this meanwhile: please compare."
            ),
            "away": _("The database was away for a moment. Please send it again."),
            "failed": _("That did not work. Nothing was changed."),
            "offline": _("No connection. Your text is kept."),
            "reference": _("Reference"),
            "copied": _("Copied"),
            "nothing": _("Nothing found"),
            "live": _("Live"),
            "polling": _("Every 20 s"),
            "disconnected": _("Offline"),
            "minutes": _("min"),
            "notADate": _("Not a date yet"),
            "months": _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
            "close": _("Close"),
            "undo": _("Undo"),
            "leave": _("This page has text that is not saved."),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
