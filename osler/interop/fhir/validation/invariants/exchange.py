"""Invariants of Bundles, Parameters and capability statements."""

from osler.interop.fhir.validation.rules import Object, Rule, has_choice, one_of

REQUESTS = ("batch", "transaction", "history")
RESPONSES = ("batch-response", "transaction-response", "history")


def entries_have(name: str, kinds: tuple[str, ...]) -> Rule:
    key = "bdl-3" if name == "request" else "bdl-4"
    return Rule(
        key,
        f"entries have a {name} exactly when the Bundle is {', '.join(kinds)}",
        lambda value: all(
            (name in entry) == (value.get("type") in kinds) for entry in value.get("entry", ())
        ),
    )


def full_urls_differ(value: Object) -> bool:
    if value.get("type") == "history":
        return True
    urls = [
        (entry["fullUrl"], entry.get("resource", {}).get("meta", {}).get("versionId"))
        for entry in value.get("entry", ())
        if "fullUrl" in entry
    ]
    return len(urls) == len(set(urls))


def first_is(kind: str, resource_type: str) -> Rule:
    def holds(value: Object) -> bool:
        entries = value.get("entry") or [{}]
        first = entries[0].get("resource", {}).get("resourceType")
        return value.get("type") != kind or first == resource_type

    key = "bdl-11" if kind == "document" else "bdl-12"
    return Rule(key, f"a {kind} begins with a {resource_type}", holds)


def document_is_identified(value: Object) -> bool:
    identifier = value.get("identifier", {})
    return value.get("type") != "document" or ("system" in identifier and "value" in identifier)


def parameter_is_one_thing(value: Object) -> bool:
    given = [has_choice(value, "value"), "resource" in value, "part" in value]
    return given.count(True) == 1


def links_differ(value: Object) -> bool:
    relations = [link.get("relation") for link in value.get("link", ()) if link.get("relation") == "self"]
    return len(relations) < 2


EXCHANGE: dict[str, list[Rule]] = {
    "Bundle": [
        Rule(
            "bdl-1",
            "only a searchset or history has a total",
            lambda v: "total" not in v or v.get("type") in ("searchset", "history"),
        ),
        Rule(
            "bdl-2",
            "only entries of a searchset have a search",
            lambda v: (
                v.get("type") == "searchset" or not any("search" in each for each in v.get("entry", ()))
            ),
        ),
        entries_have("request", REQUESTS),
        entries_have("response", RESPONSES),
        Rule("bdl-7", "each fullUrl is given once", full_urls_differ),
        Rule("bdl-9", "a document has an identifier with a system", document_is_identified),
        Rule(
            "bdl-10", "a document has a timestamp", lambda v: v.get("type") != "document" or "timestamp" in v
        ),
        first_is("document", "Composition"),
        first_is("message", "MessageHeader"),
        Rule("bundle-self-once", "the link “self” is given once", links_differ),
    ],
    "Bundle.entry": [
        Rule(
            "bdl-5",
            "must have a resource, a request or a response",
            one_of("resource", "request", "response"),
        ),
        Rule("bdl-8", "a fullUrl names no version", lambda v: "/_history/" not in v.get("fullUrl", "")),
    ],
    "Parameters.parameter": [
        Rule("inv-1", "has one of a value, a resource and parts", parameter_is_one_thing)
    ],
    "CapabilityStatement": [
        Rule("cpb-1", "must speak of REST, messaging or documents", one_of("rest", "messaging", "document")),
    ],
}
