"""The laboratory's catalogue: what can be ordered, and what is measured in it (LOINC)."""

import functools
from dataclasses import dataclass
from decimal import Decimal

from osler.foundation.terminology.data_files import rows, words_of
from osler.foundation.terminology.words import best_matches, folded
from osler.kernel.coding import LOINC


@dataclass(frozen=True, slots=True)
class Analyte:
    """One thing measured. Without a unit it is answered in words, of which `answers` are usual."""

    code: str
    name: str
    short: str
    unit: str
    decimals: int
    answers: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    name_es: str = ""
    explanation: str = ""
    explanation_es: str = ""
    is_optional: bool = False
    system: str = LOINC

    @property
    def is_numeric(self) -> bool:
        """Whether the answer is a number."""
        return bool(self.unit)

    def rounded(self, value: Decimal) -> Decimal:
        """The value with as many decimals as the method is worth."""
        return value.quantize(Decimal(1).scaleb(-self.decimals))

    def explained(self, language: str) -> str:
        """In plain words what this is, for the patient."""
        return _in_language(language, self.explanation, self.explanation_es)


@dataclass(frozen=True, slots=True)
class LabTest:
    """What is ordered: a single analyte or a panel. `also` are other codes of the same test."""

    code: str
    name: str
    short: str
    category: str
    specimen: str
    analytes: tuple[Analyte, ...]
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    name_es: str = ""
    explanation: str = ""
    explanation_es: str = ""
    system: str = LOINC

    @property
    def is_panel(self) -> bool:
        """Whether it measures several things."""
        return len(self.analytes) > 1

    def explained(self, language: str) -> str:
        """In plain words what this is, for the patient."""
        said = _in_language(language, self.explanation, self.explanation_es)
        return said or self.analytes[0].explained(language)


def _in_language(language: str, english: str, spanish: str) -> str:
    return spanish if language.startswith("es") and spanish else english


@functools.cache
def analytes() -> dict[str, Analyte]:
    """All analytes by their own code."""
    return {
        row["code"]: Analyte(
            code=row["code"],
            name=row["name"],
            name_es=row["name_es"],
            short=row["short"] or row["name"],
            unit=row["unit"],
            decimals=int(row["decimals"] or 0),
            answers=words_of(row["answers"]),
            expected=words_of(row["expected"]),
            also=tuple(row["also"].split()),
            explanation=row["explanation"],
            explanation_es=row["explanation_es"],
        )
        for row in rows("analytes")
    }


@functools.cache
def lab_tests() -> dict[str, LabTest]:
    """Everything that can be ordered, by its own code, the most usual first."""
    return {
        row["code"]: LabTest(
            code=row["code"],
            name=row["name"],
            name_es=row["name_es"],
            short=row["short"] or row["name"],
            category=row["category"],
            specimen=row["specimen"],
            analytes=tuple(_member(mark) for mark in row["analytes"].split()),
            words=words_of(row["words"]),
            also=tuple(row["also"].split()),
            explanation=row["explanation"],
            explanation_es=row["explanation_es"],
        )
        for row in rows("laboratory_tests")
    }


def _member(mark: str) -> Analyte:
    """An analyte of a panel; a question mark makes it optional there."""
    known = analytes()[mark.removesuffix("?")]
    if not mark.endswith("?"):
        return known
    fields = {name: getattr(known, name) for name in Analyte.__slots__}
    return Analyte(**{**fields, "is_optional": True})


@functools.cache
def _tests_by_key() -> dict[str, LabTest]:
    found: dict[str, LabTest] = {}
    for keys in (
        lambda test: (test.code,),
        lambda test: test.also,
        lambda test: (folded(test.name), folded(test.short)),
    ):
        for test in lab_tests().values():
            for key in keys(test):
                found.setdefault(key, test)
    return found


@functools.cache
def _analytes_by_code() -> dict[str, Analyte]:
    found = dict(analytes())
    for analyte in analytes().values():
        for code in analyte.also:
            found.setdefault(code, analyte)
    return found


def find_test(text: str) -> LabTest | None:
    """The test of a LOINC code, of another code for the same, or of its exact name."""
    said = text.strip()
    return _tests_by_key().get(said) or _tests_by_key().get(folded(said))


def find_analyte(code: str) -> Analyte | None:
    """The analyte of a LOINC code, also where another method or specimen gave another code."""
    return _analytes_by_code().get(code.strip())


def explanation_of(code: str, language: str) -> str:
    """In plain words, for the patient, what a test or something measured in it is; may be empty."""
    analyte = find_analyte(code)
    if analyte is not None and analyte.explanation:
        return analyte.explained(language)
    test = find_test(code)
    return test.explained(language) if test else ""


def told_name(code: str, display: str, language: str) -> str:
    """What a test, or something measured in it, is called in a language; as it came if that is
    not known, and in English always as it came."""
    if not language.startswith("es"):
        return display
    known = find_test(code) or find_analyte(code)
    return (known.name_es if known else "") or display


def search_tests(query: str, *, limit: int = 20) -> list[LabTest]:
    """Tests by name, abbreviation, everyday word or the name of what they measure."""
    exact = find_test(query)
    found = best_matches(query, lab_tests().values(), texts=_texts, limit=limit)
    if exact is None:
        return found
    return [exact, *(test for test in found if test.code != exact.code)][:limit]


def _texts(test: LabTest) -> list[str]:
    parts = [analyte.name for analyte in test.analytes]
    return [test.name, test.short, *test.words, *parts]
