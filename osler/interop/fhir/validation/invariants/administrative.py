"""Invariants of the administrative and financial resources, and of questionnaires."""

from osler.interop.fhir.validation.rules import Object, Rule, needs, not_both, one_of

CHOICES = frozenset("choice open-choice decimal integer date dateTime time string quantity".split())
LENGTHS = frozenset("boolean decimal integer string text url open-choice".split())


def has_times_or_is_open(value: Object) -> bool:
    return "start" in value or value.get("status") in ("proposed", "cancelled", "waitlist")


def link_ids_differ(value: Object) -> bool:
    seen: set[str] = set()
    rest = list(value.get("item", ()))
    while rest:
        item = rest.pop()
        link_id = item.get("linkId", "")
        if link_id in seen:
            return False
        seen.add(link_id)
        rest.extend(item.get("item", ()))
    return True


def group_has_items(value: Object) -> bool:
    if value.get("type") == "group":
        return "item" in value
    return value.get("type") != "display" or "item" not in value


def display_has_none(*names: str) -> Rule:
    key = {"code": "que-3", "required": "que-6", "readOnly": "que-9"}[names[0]]
    return Rule(
        key,
        f"a display has no {' and no '.join(names)}",
        lambda value: value.get("type") != "display" or not any(name in value for name in names),
    )


ADMINISTRATIVE: dict[str, list[Rule]] = {
    "Appointment": [
        Rule("app-2", "start and end are both given or none", lambda v: ("start" in v) == ("end" in v)),
        Rule("app-3", "only proposed, cancelled or wait-listed ones may lack times", has_times_or_is_open),
        Rule(
            "app-4",
            "a cancelationReason needs a cancelled or missed one",
            lambda v: "cancelationReason" not in v or v.get("status") in ("noshow", "cancelled"),
        ),
    ],
    "Appointment.participant": [Rule("app-1", "must have a type or an actor", one_of("type", "actor"))],
    "AppointmentResponse": [
        Rule("apr-1", "must have a participantType or an actor", one_of("participantType", "actor"))
    ],
    "AuditEvent.entity": [Rule("sev-1", "name and query exclude each other", not_both("name", "query"))],
    "Consent": [Rule("ppc-1", "must have a policy or a policyRule", one_of("policy", "policyRule"))],
    "CoverageEligibilityResponse.insurance.item": [
        Rule(
            "ces-1",
            "has a category or a productOrService",
            lambda v: ("category" in v) != ("productOrService" in v),
        )
    ],
    "Group": [
        Rule(
            "grp-1",
            "only an actual group has members",
            lambda v: "member" not in v or v.get("actual") is True,
        )
    ],
    "InsurancePlan": [Rule("ipn-1", "must have an identifier or a name", one_of("identifier", "name"))],
    "Linkage": [Rule("lnk-1", "must link more than one item", lambda v: len(v.get("item", ())) > 1)],
    "List": [
        Rule("lst-1", "emptyReason and entry exclude each other", not_both("emptyReason", "entry")),
        Rule(
            "lst-2",
            "only a list of changes has deleted entries",
            lambda v: v.get("mode") == "changes" or not any("deleted" in each for each in v.get("entry", ())),
        ),
        Rule(
            "lst-3",
            "only a working list dates its entries",
            lambda v: v.get("mode") == "working" or not any("date" in each for each in v.get("entry", ())),
        ),
    ],
    "Organization": [
        Rule("org-1", "must have an identifier or a name", one_of("identifier", "name")),
        Rule(
            "org-2",
            "an address of an organization is never a home",
            lambda v: not any(each.get("use") == "home" for each in v.get("address", ())),
        ),
        Rule(
            "org-3",
            "a telecom of an organization is never at home",
            lambda v: not any(each.get("use") == "home" for each in v.get("telecom", ())),
        ),
    ],
    "Patient.contact": [
        Rule("pat-1", "must say who or where", one_of("name", "telecom", "address", "organization"))
    ],
    "Questionnaire": [Rule("que-2", "each linkId is given once", link_ids_differ)],
    "Questionnaire.item": [
        Rule("que-1", "groups have items, displays have none", group_has_items),
        display_has_none("code"),
        Rule(
            "que-4",
            "answerOption and answerValueSet exclude each other",
            not_both("answerOption", "answerValueSet"),
        ),
        Rule(
            "que-5",
            "only questions to choose from have answer options",
            lambda v: v.get("type") in CHOICES or not ("answerOption" in v or "answerValueSet" in v),
        ),
        display_has_none("required", "repeats"),
        Rule(
            "que-8",
            "groups and displays have no initial value",
            lambda v: v.get("type") not in ("group", "display") or "initial" not in v,
        ),
        display_has_none("readOnly"),
        Rule(
            "que-10",
            "only text has a maximum length",
            lambda v: v.get("type") in LENGTHS or "maxLength" not in v,
        ),
        Rule("que-11", "answerOption and initial exclude each other", not_both("answerOption", "initial")),
        # The text of R4 says "more than one", its expression counts more than two.
        Rule(
            "que-12",
            "several enableWhen need an enableBehavior",
            lambda v: len(v.get("enableWhen", ())) < 2 or "enableBehavior" in v,
        ),
        Rule(
            "que-13",
            "only a repeating item has several initial values",
            lambda v: v.get("repeats") is True or len(v.get("initial", ())) < 2,
        ),
    ],
    "Questionnaire.item.enableWhen": [
        Rule(
            "que-7",
            "“exists” compares with true or false",
            lambda v: v.get("operator") != "exists" or "answerBoolean" in v,
        )
    ],
    "ValueSet.compose.include": [
        Rule("vsd-1", "must have a valueSet or a system", one_of("valueSet", "system")),
        Rule("vsd-2", "concepts need a system", needs("concept", "system")),
        Rule("vsd-2", "filters need a system", needs("filter", "system")),
        Rule("vsd-3", "concept and filter exclude each other", not_both("concept", "filter")),
    ],
}
