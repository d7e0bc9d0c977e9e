"""The laws of the house that no other checker knows: names, sizes, tests, contracts, and what no file may hold."""

import ast
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("acd", "telephony", "core", "config", "agent_desk")
MAX_LINES = 300

WITHOUT_TEST = {
    "acd.names": "type names only; the type checker is their test",
    "acd.events": "facts only; each is told in the tests of fold",
    "acd.effects": "wishes only; each is expected in the tests of fold",
    "telephony.plan": "values only; the tests of render and config.plans fill them",
    "telephony.ports": "protocols only; the type checker is their test",
    "core.migrations.env": "run by alembic; the tests of core.database migrate with it",
    "agent_desk.command_errors": "names of refusals only; the tests of the commands meet them",
    "agent_desk.wire": "types only; TypeScript is written from them and tests/agent_desk/test_typescript.py checks it",
    "agent_desk.wire_http": "types only, as agent_desk.wire",
    "agent_desk.wire_figures": "types only, as agent_desk.wire",
    "agent_desk.wire_transfers": "types only, as agent_desk.wire",
    "agent_desk.wire_views": "types only, as agent_desk.wire",
    "agent_desk.__main__": "one line that calls the command",
}
"""Modules that have no test file of their own, and why."""

LONG = {
    "acd/events.py": "one catalogue of facts: cutting it would scatter the union that fold is matched against",
}
"""Files above the limit, and why."""

GENERATED = {"agent_desk/web/src/wire.gen.ts": "agent_desk.typescript"}
"""Files written by a module of ours, whose `source()` is what they must hold."""

BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|\.|$)")

ADDRESS_OF_A_REGISTRY = re.compile(
    r"https?://(?:[\w-]+\.)*(?:mirrors?|registry|repos?|packages?|deb|archive|pypi|pythonhosted|npm\w*)\.(?:[\w-]+\.)*"
    r"(?!example\b|test\b|invalid\b)[a-z]{2,}\b"
)
"""Where packages come from is the setting of each machine; no file of ours may say it."""

PATH_OF_A_MACHINE = re.compile(r"(?<![\w.*-])/(?:root|work|farm|home/\w+)/")


def tracked() -> list[Path]:
    """The files of the repository."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout: which files are ours cannot be told")
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def modules() -> list[str]:
    """Our modules by their dotted names, migrations and `__init__` left out."""
    paths = [path.relative_to(ROOT) for path in python_files()]
    return [
        ".".join(path.with_suffix("").parts)
        for path in paths
        if path.parts[0] in ROOMS and path.stem != "__init__" and "versions" not in path.parts
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_our_rooms_are_ours(room: str) -> None:
    """A package `core` or `config` of somebody else's in site-packages must not be imported for ours."""
    assert Path(import_module(room).__file__ or "").is_relative_to(ROOT)


def test_every_module_has_its_test() -> None:
    tests = {path.relative_to(ROOT) for path in python_files() if path.name.startswith("test_")}

    def has_test(module: str) -> bool:
        room, name = module.split(".")[0], module.split(".")[-1]
        return any(path.parts[1] == room and path.name == f"test_{name}.py" for path in tests)

    missing = [module for module in modules() if module not in WITHOUT_TEST and not has_test(module)]
    assert not missing, f"no tests/<room>/test_<module>.py for: {', '.join(missing)}"


def test_a_file_that_may_be_long_still_is() -> None:
    assert not [name for name in LONG if len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MAX_LINES]


def test_the_import_contracts_are_kept() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "writer"), GENERATED.items())
def test_generated_files_are_fresh(file: str, writer: str) -> None:
    fresh = import_module(writer).source()
    assert (ROOT / file).read_text(encoding="utf-8") == fresh, f"{file} is stale: python -m {writer}"


def test_files_are_short_and_named_for_what_they_do() -> None:
    names = [str(path.relative_to(ROOT)) for path in python_files()]
    assert not [name for name in names if BANNED_NAMES.search(Path(name).stem)]
    long = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path, lines in long.items()
        if lines > MAX_LINES and str(path.relative_to(ROOT)) not in LONG and "versions" not in path.parts
    }
    assert not too_long, f"more than {MAX_LINES} lines: {too_long}"


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.stat().st_size and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert not silent, f"no docstring at the top of: {', '.join(silent)}"


@pytest.mark.parametrize("secret", [ADDRESS_OF_A_REGISTRY, PATH_OF_A_MACHINE], ids=["registry", "machine path"])
def test_no_file_knows_where_it_was_made(secret: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and recordings
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in secret.finditer(text)]
    assert not found, "\n".join(found)


def test_the_search_for_such_places_finds_them() -> None:
    assert ADDRESS_OF_A_REGISTRY.search("see https://" + "pypi.some.org/simple")
    assert ADDRESS_OF_A_REGISTRY.search("http://" + "mirrors.city.gov.cn/debian")
    assert not ADDRESS_OF_A_REGISTRY.search("http://mirror.example/debian https://github.com/a/b")
    assert PATH_OF_A_MACHINE.search('"' + "/root" + '/x"')
    assert not PATH_OF_A_MACHINE.search("var/pbx/root/etc")


def test_locks_carry_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert all(re.match(r"[a-z0-9._-]+==\S+|    --hash=sha256:[0-9a-f]{64}", line) for line in lines), lock.name
    for lock in ROOT.glob("agent_desk/web/package-lock.json"):
        assert '"resolved"' not in lock.read_text(encoding="utf-8")


def test_the_web_lock_is_of_this_package_json() -> None:
    web = ROOT / "agent_desk" / "web"
    wanted = json.loads((web / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((web / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for kind in ("dependencies", "devDependencies"):
        assert locked[""].get(kind, {}) == wanted.get(kind, {})
        for name, version in wanted.get(kind, {}).items():
            assert locked[f"node_modules/{name}"]["version"] == version, f"{name}: say the exact version"
    assert all(entry.get("integrity") for name, entry in locked.items() if name), "a locked package has no hash"


def test_every_setting_has_its_line_of_why() -> None:
    lines = (ROOT / "config" / "jietong.toml").read_text(encoding="utf-8").splitlines()
    for above, line in zip(lines, lines[1:], strict=False):
        assert not (" = " in line and not line.startswith("#") and above.startswith("[")), f"no comment above: {line}"


def test_what_is_written_in_two_languages_is_there_in_both() -> None:
    assert (ROOT / "README.md").is_file()
    assert (ROOT / "README.zh-CN.md").is_file()
    headings = [
        len(re.findall(r"^##? ", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert headings[0] == headings[1], "README.md and README.zh-CN.md have not the same sections"


def test_links_between_documents_lead_somewhere() -> None:
    pictures = ROOT / "docs" / "images"  # made from the running product
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target
        and not (path.parent / target).exists()
        and (pictures.is_dir() or "images/" not in target)
    ]
    assert not dead, "\n".join(dead)
