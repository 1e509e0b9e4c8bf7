"""Deeds take what they act on by position and the rest by name; every signature is typed."""

import ast

from tests.house.source import Function, Module, modules


def _arguments(node: Function) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _untyped(module: Module) -> list[str]:
    found = []
    for name, node, _ in module.functions():
        plain = [a.arg for a in _arguments(node) if a.annotation is None and a.arg not in {"self", "cls"}]
        if plain or (node.returns is None and node.name != "__init__"):
            found.append(name)
    return found


def test_every_signature_is_typed() -> None:
    floors = modules("osler/kernel", "osler/foundation", "osler/clinic", "osler/interop", "osler/ops")

    assert [name for module in floors for name in _untyped(module)] == []


def test_actor_is_always_given_by_name() -> None:
    found = []
    for module in modules("osler/clinic"):
        for name, node, _ in module.functions():
            positions = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            if "actor" in positions[1:] and not node.name.startswith("_") and positions[0] != "self":
                found.append(name)

    assert found == []


def test_every_module_with_functions_says_what_it_is_for() -> None:
    found = [module for module in modules("osler") if any(module.functions())]
    found = [module for module in found if module.path.name != "apps.py"]

    assert [module.name for module in found if ast.get_docstring(module.tree) is None] == []
