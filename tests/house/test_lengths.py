"""Files and functions stay short enough to be read at one sitting (gates of the house)."""

from tests.house.source import modules, named, templates

MODULE_LINES, TEST_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 500, 50, 120


def test_no_module_is_longer_than_its_gate() -> None:
    long = [(m.name, m.lines) for m in modules("osler", "tools") if m.lines > MODULE_LINES]
    long += [(m.name, m.lines) for m in modules("tests") if m.lines > TEST_LINES]

    assert long == []


def test_no_function_is_longer_than_its_gate() -> None:
    found = [entry for module in modules("osler", "tools") for entry in module.functions()]
    tests = [entry for module in modules("tests") for entry in module.functions()]
    found += [entry for entry in tests if entry[1].name.startswith("test_")]

    assert [(name, lines) for name, _, lines in found if lines > FUNCTION_LINES] == []


def test_no_template_is_longer_than_its_gate() -> None:
    counted = [(named(path), path.read_text().count("\n")) for path in templates()]

    assert [(name, lines) for name, lines in counted if lines > TEMPLATE_LINES] == []
