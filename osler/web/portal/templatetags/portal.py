"""What the portal says in the reader's language: `{% load portal %}`."""

from django import template
from django.utils.translation import get_language

from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.foundation.terminology.laboratory import told_name
from osler.foundation.ui.results import flag_of

register = template.Library()


@register.filter
def is_usual(value: Observation) -> bool:
    """Whether a value lies within a range that is known: what is not judged is not called usual."""
    if value.value is None or (value.range_low is None and value.range_high is None):
        return False
    flag = flag_of(
        value.value, low=value.range_low, high=value.range_high, interpretation=value.interpretation
    )
    return flag is None or flag.tone == "normal"


@register.filter
def told(thing: DiagnosticReport | Observation | ServiceRequest) -> str:
    """The name of a result, a value or an order."""
    return told_name(thing.code, thing.display, get_language() or "")
