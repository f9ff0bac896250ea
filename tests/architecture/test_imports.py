"""Who may import whom, where import-linter's contracts end: wiring, doors between domains."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import ROOT, files, name, tree

SOURCE = ROOT / "src" / "videocall"
NOT_DOMAINS = {"bootstrap", "core", "media", "page"}
CONCRETE = {"repository", "adapters"}  # what stands behind an interface
DOOR = {"interfaces", "model", "errors"}  # what another domain may see: Protocols, ids, structs
WIRING = "videocall.bootstrap"


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("videocall", cache_dir=None)


def domains() -> list[str]:
    return sorted(
        path.name
        for path in SOURCE.iterdir()
        if (path / "__init__.py").is_file() and path.name not in NOT_DOMAINS
    )


def room(module: str) -> str | None:
    """The room of a domain that a module is in: `videocall.users.service.x` is in `service`."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 else None


def importers(graph: grimp.ImportGraph, imported: str) -> set[str]:
    return {
        module
        for module in graph.find_modules_that_directly_import(imported)
        if not module.startswith(f"{'.'.join(imported.split('.')[:3])}.")
    }


def test_there_are_domains_to_judge() -> None:
    assert {"users", "products", "billing", "calls"} <= set(domains())


@pytest.mark.parametrize("domain", ["users", "products", "billing", "calls"])
def test_only_the_wiring_knows_which_class_stands_behind_an_interface(
    graph: grimp.ImportGraph, domain: str
) -> None:
    concrete = [
        module
        for module in graph.modules
        if module.startswith(f"videocall.{domain}.") and room(module) in CONCRETE
    ]
    assert concrete
    breaches = {
        module: sorted(
            other
            for other in importers(graph, module)
            if other != WIRING and not other.startswith(f"{WIRING}.")
        )
        for module in concrete
    }
    assert {module: found for module, found in breaches.items() if found} == {}


def test_a_domain_uses_another_only_through_its_door(graph: grimp.ImportGraph) -> None:
    breaches = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if _domain(importer)
        and _domain(imported)
        and _domain(importer) != _domain(imported)
        and room(imported) not in DOOR
    ]
    assert breaches == []


def _domain(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 2 and parts[1] in domains() else None


def test_services_know_neither_framework_nor_sql(graph: grimp.ImportGraph) -> None:
    external = grimp.build_graph("videocall", include_external_packages=True, cache_dir=None)
    breaches = [
        f"{module} imports {imported}"
        for module in graph.modules
        if _domain(module) and room(module) in {"service", "model", "interfaces", "errors"}
        for imported in external.find_modules_directly_imported_by(module)
        if imported.split(".")[0] in {"litestar", "sqlalchemy", "httpx", "uvicorn", "starlette"}
    ]
    assert breaches == []


def test_no_any_and_no_dict_across_a_door() -> None:
    breaches: list[str] = []
    for domain in domains():
        for path in _rooms(SOURCE / domain, "interfaces"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Name) and node.id in {"Any", "dict", "Dict"}:
                    breaches.append(f"{name(path)}:{node.lineno} {node.id}")
    assert breaches == []


def _rooms(domain: Path, room_name: str) -> list[Path]:
    single = domain / f"{room_name}.py"
    return [single] if single.is_file() else list(files(domain / room_name, ".py"))
