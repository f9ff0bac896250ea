"""The stub, the compiled module and the port say the same."""

import ast
import inspect
from pathlib import Path

from videocall.media import _engine, engine

STUB = Path(engine.__file__).with_name("_engine.pyi")


def _methods(source: str, class_name: str) -> dict[str, ast.FunctionDef]:
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    found = next(node for node in classes if node.name == class_name)
    return {node.name: node for node in found.body if isinstance(node, ast.FunctionDef)}


def _parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args.args[1:]
    required = len(arguments) - len(function.args.defaults)
    defaults = [ast.unparse(default) for default in function.args.defaults]
    return [argument.arg for argument in arguments[:required]] + [
        f"{argument.arg}={default}"
        for argument, default in zip(arguments[required:], defaults, strict=True)
    ]


def _is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "property" for decorator in function.decorator_list)


def test_stub_names_every_public_name_of_the_module_and_no_other() -> None:
    public = {name for name in vars(_engine) if not name.startswith("_")}
    classes = {
        node.name for node in ast.parse(STUB.read_text()).body if isinstance(node, ast.ClassDef)
    }
    assert public == classes == {"Engine"}


def test_stub_and_module_have_the_same_methods_and_parameters() -> None:
    stub = _methods(STUB.read_text(), "Engine")
    members = {name: member for name, member in vars(_engine.Engine).items() if name[0] != "_"}
    assert members.keys() == stub.keys() - {"__new__"}
    for name, member in members.items():
        if _is_property(stub[name]):
            assert inspect.isgetsetdescriptor(member), name
            continue
        parameters = list(inspect.signature(member).parameters.values())[1:]
        actual = [
            p.name if p.default is inspect.Parameter.empty else f"{p.name}={p.default!r}"
            for p in parameters
        ]
        assert actual == _parameters(stub[name]), name


def test_stub_has_exactly_the_signatures_of_the_port() -> None:
    port = _methods(Path(engine.__file__).read_text(), "Engine")
    stub = _methods(STUB.read_text(), "Engine")
    assert stub.keys() - {"__new__"} == port.keys()
    for name, function in port.items():
        assert ast.unparse(stub[name].args) == ast.unparse(function.args), name
        assert ast.dump(_returns(stub[name])) == ast.dump(_returns(function)), name
        assert _is_property(stub[name]) == _is_property(function), name


def _returns(function: ast.FunctionDef) -> ast.expr:
    assert function.returns is not None
    return function.returns
