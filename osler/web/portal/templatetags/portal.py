"""What the portal says in the reader's language: `{% load portal %}`."""

from django import template
from django.utils.translation import get_language

from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.foundation.terminology.laboratory import told_name

register = template.Library()


@register.filter
def told(thing: DiagnosticReport | Observation | ServiceRequest) -> str:
    """The name of a result, a value or an order."""
    return told_name(thing.code, thing.display, get_language() or "")
