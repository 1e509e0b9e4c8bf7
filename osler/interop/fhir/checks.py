"""Start refuses a resource type without a compartment rule (A5)."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from osler.interop.fhir.compartments import types_without_rule


@register("access")
def every_type_has_a_compartment_rule(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for each type of which nobody has said whose record it is."""
    return [
        Error(f"FHIR type {name} has no compartment rule", id="fhir.E001") for name in types_without_rule()
    ]
