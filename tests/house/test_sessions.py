"""No "current patient" lies in the session (D4): whose page it is stands in its address."""

import ast
from collections.abc import Iterator

from tests.house.source import PACKAGE

ALLOWED = {"SESSION_KEY", "HASH_SESSION_KEY", "BACKEND_SESSION_KEY"}
"""Who is signed in, and with which password: all that a session knows."""


def kept_in_sessions(tree: ast.AST) -> Iterator[str]:
    """The keys by which a session is read or written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_session(node.value):
            yield ast.unparse(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"get", "setdefault", "pop", "update"} and _is_session(node.func.value):
                yield ast.unparse(node.args[0]) if node.args else ast.unparse(node)
        elif isinstance(node, ast.Compare) and any(map(_is_session, node.comparators)):
            yield ast.unparse(node.left)


def _is_session(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "session"


def test_sessions_know_who_is_signed_in_and_nothing_else() -> None:
    found = {
        f"{path.name}: {key}"
        for path in PACKAGE.rglob("*.py")
        for key in kept_in_sessions(ast.parse(path.read_text()))
        if key not in ALLOWED
    }
    assert found == set()


def test_a_patient_in_the_session_would_be_seen() -> None:
    source = 'request.session["patient_id"] = 1\nsession.get("patient")\nrequest.session.update(patient=1)'
    assert list(kept_in_sessions(ast.parse(source))) == [
        "'patient_id'",
        "'patient'",
        "request.session.update(patient=1)",
    ]
