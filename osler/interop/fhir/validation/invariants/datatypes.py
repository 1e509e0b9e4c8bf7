"""Invariants of the data types."""

from typing import Any

from osler.interop.fhir.validation.rules import (
    UCUM,
    Object,
    Rule,
    has_choice,
    in_order,
    needs,
    not_both,
    one_of,
)


def extension_is_value_or_parts(value: Object) -> bool:
    return ("extension" in value) != has_choice(value, "value")


def quantity_rule(key: str, *, codes: frozenset[str] | None = None) -> Rule:
    def holds(value: Object) -> bool:
        if "value" in value and "code" not in value and "_code" not in value:
            return False
        return value.get("system", UCUM) == UCUM and (codes is None or value.get("code") in codes)

    return Rule(key, "a quantity of this type has a UCUM code", holds)


def is_positive(value: Object) -> bool:
    return "value" not in value or value["value"] > 0


def range_in_order(value: Object) -> bool:
    low, high = value.get("low", {}), value.get("high", {})
    comparable = "value" in low and "value" in high and low.get("code") == high.get("code")
    return not comparable or low["value"] <= high["value"]


def ratio_is_whole(value: Object) -> bool:
    if ("numerator" in value) != ("denominator" in value):
        return False
    return "numerator" in value or "extension" in value


def not_negative(name: str) -> Any:
    return lambda value: name not in value or value[name] >= 0


def offset_follows_event(value: Object) -> bool:
    if "offset" not in value:
        return True
    return "when" in value and not {"C", "CM", "CD", "CV"} & set(value["when"])


DATATYPES: dict[str, list[Rule]] = {
    "Extension": [
        Rule("ext-1", "must have either a value or extensions, not both", extension_is_value_or_parts)
    ],
    "Attachment": [Rule("att-1", "data needs a contentType", needs("data", "contentType"))],
    "ContactPoint": [Rule("cpt-2", "a value needs a system", needs("value", "system"))],
    "Expression": [
        Rule("exp-1", "must have an expression or a reference", one_of("expression", "reference"))
    ],
    "Quantity": [Rule("qty-3", "a code needs a system", needs("code", "system"))],
    "Age": [
        Rule("qty-3", "a code needs a system", needs("code", "system")),
        quantity_rule("age-1"),
        Rule("age-1", "an age is positive", is_positive),
    ],
    "Count": [
        Rule("qty-3", "a code needs a system", needs("code", "system")),
        quantity_rule("cnt-3", codes=frozenset({"1", None})),  # type: ignore[arg-type]
    ],
    "Distance": [
        Rule("qty-3", "a code needs a system", needs("code", "system")),
        quantity_rule("dis-1"),
    ],
    "Duration": [
        Rule("qty-3", "a code needs a system", needs("code", "system")),
        Rule(
            "drt-1",
            "a duration with a code has a value and is in UCUM",
            lambda value: "code" not in value or (value.get("system") == UCUM and "value" in value),
        ),
    ],
    "Period": [
        Rule(
            "per-1",
            "start must not be after end",
            lambda value: in_order(value.get("start"), value.get("end")),
        )
    ],
    "Range": [Rule("rng-2", "low must not be above high", range_in_order)],
    "Ratio": [Rule("rat-1", "numerator and denominator are both given, or an extension", ratio_is_whole)],
    "DataRequirement.codeFilter": [
        Rule("drq-1", "has a path or a searchParam", lambda v: ("path" in v) != ("searchParam" in v))
    ],
    "DataRequirement.dateFilter": [
        Rule("drq-2", "has a path or a searchParam", lambda v: ("path" in v) != ("searchParam" in v))
    ],
    "Timing.repeat": [
        Rule("tim-1", "a duration needs a durationUnit", needs("duration", "durationUnit")),
        Rule("tim-2", "a period needs a periodUnit", needs("period", "periodUnit")),
        Rule("tim-4", "a duration is not negative", not_negative("duration")),
        Rule("tim-5", "a period is not negative", not_negative("period")),
        Rule("tim-6", "periodMax needs a period", needs("periodMax", "period")),
        Rule("tim-7", "durationMax needs a duration", needs("durationMax", "duration")),
        Rule("tim-8", "countMax needs a count", needs("countMax", "count")),
        Rule("tim-9", "an offset needs an event that is no meal", offset_follows_event),
        Rule("tim-10", "timeOfDay and when exclude each other", not_both("timeOfDay", "when")),
    ],
    "TriggerDefinition": [
        Rule(
            "trd-1",
            "data and timing exclude each other",
            lambda v: not ("data" in v and has_choice(v, "timing")),
        ),
        Rule("trd-2", "a condition needs data", needs("condition", "data")),
    ],
}
