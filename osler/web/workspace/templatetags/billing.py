"""The parts of billing, shown above each of its lists: `{% load billing %}`."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from osler.foundation.ui.shell import Tab
from osler.web.workspace.navigation import Place, entries

register = template.Library()
PARTS = (
    Place(_("Overview"), "billing", ""),
    Place(_("Charges"), "charges", ""),
    Place(_("Invoices"), "invoices", ""),
    Place(_("Takings"), "takings", ""),
    Place(_("Prices"), "fees", ""),
    Place(_("Trial balance"), "books", ""),
    Place(_("Insurers"), "payers", ""),
)


@register.simple_tag(takes_context=True)
def billing_parts(context: dict[str, Any]) -> list[Tab]:
    """Those that the reader may open; where there is but one, nothing to choose."""
    found = [Tab(entry.label, entry.url, entry.current) for entry in entries(context["request"], PARTS)]
    return found if len(found) > 1 else []
