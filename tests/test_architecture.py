"""The import rules of docs/architecture.md, on the source and at run time."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import engine

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("assistant", "engine", "training")

TORCH = {"torch", "torchvision"}
MODEL_LIBRARIES = {"open_clip", "timm", "transformers"}
MAY_IMPORT_TORCH = (
    "engine.nets", "engine.backbones", "engine.checkpoint", "engine.export", "engine.torch_runtime",
    "training",
)  # fmt: skip
LIGHT = (
    "contract", "config", "gate", "images", "preprocess", "search", "confidence", "store", "store_error",
    "transfer", "answers", "part_file", "catalogue", "downloading", "free_space", "importing",
    "installer", "packages", "packing", "agreement", "deployment", "devices", "certainty", "clock",
    "second_look", "gate_cells", "gate_border", "gate_features", "gate_network", "blobs", "regions",
    "page_lines", "subjects",
)  # fmt: skip
VAGUE = {"utils", "helpers", "common", "misc"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for name in PACKAGES for path in (ROOT / name).rglob("*.py")}
MODULES["main"] = ROOT / "main.py"


@cache
def imports(name: str) -> tuple[tuple[str, str], ...]:
    """(module, imported name) of every import statement, those inside functions too."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} uses a relative import"
            found += [(node.module or "", alias.name) for alias in node.names]
    return tuple(found)


def imported_roots(name: str) -> set[str]:
    return {module.partition(".")[0] for module, _ in imports(name)}


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(
    forbidden: set[str], *, outside: tuple[str, ...] = (), inside: tuple[str, ...] = ()
) -> list[str]:
    """Modules that import something forbidden: those ``inside`` some packages, or ``outside`` others."""
    return [
        name
        for name in MODULES
        if (not inside or within(name, *inside))
        and not within(name, *outside)
        and imported_roots(name) & forbidden
    ]


def test_the_walk_sees_imports_inside_functions() -> None:
    """GIVEN a function that imports lazily, THEN the rules below would see it."""
    assert ("engine.onnx_runtime", "open_session") in imports("engine.runtimes")


def test_main_imports_assistant_only() -> None:
    assert imported_roots("main") <= {"assistant", "sys"}


def test_assistant_takes_only_public_names_of_the_engine() -> None:
    for name in MODULES:
        if not within(name, "assistant"):
            continue
        for module, imported in imports(name):
            if within(module, "engine"):
                assert module == "engine", f"{name} imports {module}"
                assert imported in engine.__all__, f"{name} imports engine.{imported}"


def test_arrows_point_one_way() -> None:
    assert offenders({"assistant"}, outside=("assistant", "main")) == []
    assert offenders({"training"}, outside=("training",)) == []
    assert offenders({"tests"}) == []
    assert offenders({"PySide6"}, inside=("engine", "training")) == []


def test_the_app_never_imports_networks() -> None:
    assert offenders(TORCH | MODEL_LIBRARIES | {"onnxruntime"}, inside=("assistant", "main")) == []


def test_light_modules_stay_light() -> None:
    light = tuple(f"engine.{name}" for name in LIGHT)
    assert offenders(TORCH | MODEL_LIBRARIES | {"onnxruntime"}, inside=light) == []


def test_one_module_names_the_model_libraries() -> None:
    assert offenders(MODEL_LIBRARIES, outside=("engine.backbones",)) == []


def test_torch_stays_where_it_belongs() -> None:
    assert offenders(TORCH, outside=MAY_IMPORT_TORCH) == []


def test_no_vague_names() -> None:
    assert [name for name in MODULES if set(name.split(".")) & VAGUE] == []


def internal_imports(name: str) -> Iterator[str]:
    for module, imported in imports(name):
        for candidate in (f"{module}.{imported}", module):
            if candidate in MODULES and candidate != name:
                yield candidate
                break


def test_no_cycles() -> None:
    """A package's ``__init__`` counts as a module of its own; parents are not implied."""
    state: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert state.get(name) != "open", f"import cycle: {' -> '.join((*path, name))}"
        if name in state:
            return
        state[name] = "open"
        for other in internal_imports(name):
            visit(other, (*path, name))
        state[name] = "done"

    for name in MODULES:
        visit(name, ())


def modules_after(code: str) -> set[str]:
    """Top-level modules loaded after running ``code`` in a fresh interpreter."""
    report = "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_engine_is_cheap() -> None:
    loaded = modules_after("import engine, assistant.cli")
    assert not loaded & {"torch", "onnxruntime", "transformers", "onnx", "tokenizers", "requests"}


def test_the_apps_process_loads_no_network() -> None:
    """Everything the window's process imports at its start."""
    loaded = modules_after("import assistant.app, assistant.engine_link")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "onnxruntime", "transformers", "tokenizers", "cv2", "mss", "Xlib"}
    assert not loaded & {"jeepney", "gtts", "requests", "soundfile", "prism"}


def test_describing_leaves_torch_out() -> None:
    sample = sorted((ROOT / "resources" / "samples").glob("*.jpg"))[0]
    loaded = modules_after(f"from assistant.cli import main\nassert main(['describe', {str(sample)!r}]) == 0")
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "open_clip", "timm", "onnx", "PySide6"}


def test_public_names_of_the_engine() -> None:
    """A name that is added or removed is a decision, so it is made here too."""
    assert engine.__all__ == [
        "BUILTIN_CATALOGUE", "BUILTIN_MODELS", "DEVICES", "Caption", "CaptionError", "CaptionOptions",
        "Captioner", "Certainty", "Device", "DeviceChoice", "DeviceReason", "GenerationError", "ImageError",
        "ImageFault", "Levels", "ModelCorrupt", "ModelError", "ModelFolder", "ModelInstaller",
        "ModelMismatch", "ModelMissing", "ModelStore", "NetworkOffer", "OfferedModel", "Pixels", "Region",
        "RegionCaption", "StoreError", "StoreFault", "Transfer", "Verdict", "catalogue_json", "explain",
        "export_model", "fetch_networks", "load_captioner", "missing_networks", "pack_model",
        "read_catalogue", "read_image", "runtime_providers",
    ]  # fmt: skip
    assert all(hasattr(engine, name) for name in engine.__all__)
