"""Names say what a thing is; what belongs in one place is in that place."""

import re

from tests.house.source import PACKAGE, ROOT, modules, named, templates

BANNED = {"utils", "helpers", "common", "misc", "services", "managers", "base", "core"}
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:", re.I)
FLOAT_COLUMN = re.compile(r"\bmodels\.FloatField\(")
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|file:|\(from -r /|# via .*\s/")


def test_no_file_has_a_name_that_says_nothing() -> None:
    entries = [path for path in PACKAGE.rglob("*") if path.stem in BANNED and "__pycache__" not in path.parts]

    assert [named(path) for path in entries if path.suffix in {".py", ""}] == []


def test_every_package_has_its_init() -> None:
    folders = {module.path.parent for module in modules("osler", migrations=True)}

    assert [named(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_templates_have_no_inline_script_or_style() -> None:
    found = [(named(path), hit.group()) for path in templates() for hit in INLINE.finditer(path.read_text())]

    assert found == []


def test_money_is_never_a_float() -> None:
    billing = modules("osler/clinic/billing", "osler/clinic/insurance")

    assert [module.name for module in billing if "float(" in module.text] == []
    assert [module.name for module in modules("osler/clinic") if FLOAT_COLUMN.search(module.text)] == []


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")

    assert [module.name for module in modules("osler", "tools") if mark.search(module.text)] == []


def test_domain_sends_and_receives_no_signals() -> None:
    mark = re.compile(r"^\s*(from|import) django\.(dispatch|db\.models\.signals)", re.M)

    assert [module.name for module in modules("osler") if mark.search(module.text)] == []


def test_locked_requirements_have_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-reading.lock"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [index for index, line in enumerate(lines) if re.match(r"[a-z0-9].*==", line)]

        assert [line for line in lines if ADDRESS.search(line)] == []
        assert pins
        assert [lines[index] for index in pins if "--hash=sha256:" not in lines[index + 1]] == []


def test_documents_are_there() -> None:
    assert [name for name in DOCUMENTS if not (ROOT / name).exists()] == []


def test_every_setting_is_documented() -> None:
    pages = "".join(path.read_text() for path in sorted((ROOT / "docs").rglob("*.md")))
    source = (
        (PACKAGE / "config" / "config.py").read_text().partition("class Config:")[2].partition("@property")[0]
    )
    names = re.findall(r"^    (\w+): ", source, re.M)

    assert len(names) > 10
    assert [f"OSLER_{name.upper()}" for name in names if f"OSLER_{name.upper()}" not in pages] == []
