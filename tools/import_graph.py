"""`python -m tools.import_graph`: modules per package, import cycles, and imports that break the layers of docs/architecture.md.

Exit status 1 where a cycle or a broken layer is found. Imports inside functions and behind `TYPE_CHECKING` count: a delayed cycle is still
a cycle. The implicit import of a parent package does not. tests/test_layers.py holds the same rules.
"""

import ast
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

PROJECT = Path(__file__).parent.parent
ROOTS = ("streams", "agents")
Graph = Mapping[str, Collection[str]]

# From low to high. A module may import its own unit and the units of lower layers, and no other unit of its own layer. The unit of a module
# is the longest name here that it is, or lies in.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("streams", "streams.errors", "streams.frozen", "streams.topics"),
    ("streams.records",),
    ("streams.counts", "streams.times", "streams.toml_files"),
    ("streams.messages", "streams.dumps"),
    ("streams.split.budget", "streams.split.cuts", "streams.split.fields"),
    ("streams.split.text",),
    ("streams.split.html",),
    ("streams.split.records",),
    ("streams.classify.fold", "streams.classify.names"),
    ("streams.places",),
    ("streams.split", "streams.deduplicate", "streams.classify"),
    ("streams.output",),
    ("streams.pipeline",),
    ("streams.local", "streams.quarantine"),
    ("agents", "agents.errors", "agents.toml_files"),
    ("agents.log", "agents.settings"),
    ("agents.classes", "agents.pipeline_config"),
    ("agents.kafka.decode",),
    ("agents.kafka.compat",),
    ("agents.kafka",),
    ("agents.inputs", "agents.local_kafka"),
    ("agents.worker", "agents.client", "agents.terminal"),
    ("agents.split", "agents.deduplicate", "agents.classify", "agents.web"),
    ("agents.service",),
    ("agents.cli",),
)
LEVELS = {unit: level for level, units in enumerate(LAYERS) for unit in units}


def main() -> int:
    """Print the report; return 1 where a cycle or a broken layer is found."""
    graph = import_graph()
    wrong = {"import cycles": [" <-> ".join(cycle) for cycle in cycles(graph)], "imports against the layers": broken_layers(graph)}
    print(f"{len(graph)} modules, {sum(map(len, graph.values()))} imports\n")
    for package, count in sorted(Counter(map(package_of, graph)).items()):
        print(f"{count:4}  {package}")
    for title, lines in wrong.items():
        print(f"\n{title}: {len(lines) or 'none'}", *lines, sep="\n  ")
    return int(any(wrong.values()))


def import_graph(project: Path = PROJECT) -> dict[str, frozenset[str]]:
    """Return each module -> the modules of the project that it imports. An `__init__` that imports nothing is left out."""
    paths = {_module_of(path.relative_to(project)): path for root in ROOTS for path in sorted((project / root).rglob("*.py"))}
    graph = {name: frozenset(_imports(ast.parse(path.read_text(encoding="utf-8")), paths.keys())) for name, path in paths.items()}
    return {name: targets for name, targets in graph.items() if targets or paths[name].stem != "__init__"}


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """Return the groups of modules that import each other, directly or through others."""
    reachable = {module: _reachable(graph, module) for module in graph}
    groups = {tuple(sorted(other for other in targets if module in reachable[other])) for module, targets in reachable.items()}
    return sorted(group for group in groups if group)


def broken_layers(graph: Graph) -> list[str]:
    """Return one line for each import that is not of the module's own unit or a lower layer, and for each module without a layer."""
    lines = [f"{module}: belongs to no layer" for module in graph if unit_of(module) is None]
    for module, targets in graph.items():
        for target in sorted(targets):
            unit, other = unit_of(module), unit_of(target)
            if unit and other and unit != other and LEVELS[other] >= LEVELS[unit]:
                lines.append(f"{module} imports {target}")
    return lines


def unit_of(module: str) -> str | None:
    """Return the unit of `LAYERS` that a module belongs to; None where it has none (of a root only the package itself belongs to it)."""
    names = [module, *_parents(module)]
    return next((name for name in names if name in LEVELS and (name == module or name not in ROOTS)), None)


def package_of(module: str) -> str:
    """Return the folder of a module, in dots."""
    return module if (PROJECT / module.replace(".", "/")).is_dir() else module.rpartition(".")[0]


def _parents(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module


def _module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module, modules: Collection[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            if node.module is None or node.level:
                raise ValueError(f"line {node.lineno}: a relative import, which this tool does not resolve")
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in modules else node.module for name in names if name in modules or node.module in modules)


def _reachable(graph: Graph, module: str) -> set[str]:
    found: set[str] = set()
    pending = [module]
    while pending:
        new = set(graph.get(pending.pop(), ())) - found
        found |= new
        pending += new
    return found


if __name__ == "__main__":
    sys.exit(main())
