"""Building the site: a function of its inputs, alone at work, that accepts nothing stale."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from handbook import dependencies
from handbook.site import build, edition, references

COPIED = ("handbook", "data", "_config.yml", "pyproject.toml", "CITATION.cff", "Makefile")
COPIED += ("requirements.txt", "requirements-bootstrap.txt", "requirements-test.txt")
NOBODY = 65534


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_second_clean_build_is_the_same_byte_for_byte(site: Path, tmp_path: Path) -> None:
    output = tmp_path / "un autre dossier, accentué"
    command = [sys.executable, str(Path(sys.executable).with_name("jupyter-book")), "build"]
    command += [str(ROOT), "--path-output", str(output), "-W", "-n", "--keep-going"]
    environment = os.environ | {
        "PYTHONHASHSEED": "17",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C.UTF-8",
    }
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    again = output / "_build" / "html"
    assert files_below(again) == files_below(site)
    _, different, unreadable = filecmp.cmpfiles(again, site, files_below(site), shallow=False)
    assert not different
    assert not unreadable


def make(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=project,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two pages and one notebook, with this project's code, data and commands."""
    project = tmp_path_factory.mktemp("projet")
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, project / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, project / name)
    (project / ".venv").symlink_to(ROOT / ".venv")
    (project / "_toc.yml").write_text(
        "format: jb-book\nroot: book/accueil\n"
        "chapters:\n- file: book/autre\n- file: notebooks/essai\n",
        encoding="utf-8",
    )
    (project / "book").mkdir()
    (project / "book" / "references.bib").write_text("", encoding="utf-8")
    for name in ("accueil", "autre"):
        (project / "book" / f"{name}.md").write_text(f"# {name.title()}\n", encoding="utf-8")
    notebook = nbformat.v4.new_notebook(
        metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}},
        cells=[
            nbformat.v4.new_markdown_cell("# Essai", id="prose"),
            nbformat.v4.new_code_cell("1 + 1", id="code", execution_count=1),
        ],
    )
    read = ["data/levers.csv", "handbook/core/french.py"]
    notebook.metadata[dependencies.KEY] = dependencies.record(notebook, read, project)
    (project / "notebooks").mkdir()
    nbformat.write(notebook, project / "notebooks" / "essai.ipynb")
    run = make(project, "book")
    assert run.returncode == 0, run.stdout + run.stderr
    return project


@pytest.fixture
def project(small: Path, tmp_path: Path) -> Path:
    """A copy of the small project, already built."""
    return shutil.copytree(small, tmp_path / "copie", symlinks=True)


def test_what_has_not_changed_is_not_built_again(project: Path) -> None:
    run = make(project, "book")
    assert run.returncode == 0
    assert "Building" not in run.stdout


def test_bytecode_is_written_whatever_the_environment_says(project: Path) -> None:
    for cached in project.rglob("__pycache__"):
        shutil.rmtree(cached)
    run = make(project, "notebooks", PYTHONDONTWRITEBYTECODE="1")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Nothing has changed" in run.stdout
    for source in (project / "handbook").rglob("*.py"):
        assert Path(cache_from_source(str(source))).is_file(), source
    for package in ("pandas", "seaborn", "statsmodels"):
        found = find_spec(package)
        assert found is not None
        assert Path(cache_from_source(str(found.origin))).is_file(), package


def test_a_site_with_an_address_gives_it_to_engines_and_networks(project: Path) -> None:
    config = project / "_config.yml"
    address = "https://ex.fr/manuel"
    settings = config.read_text(encoding="utf-8").replace(
        "html:\n", f"html:\n  baseurl: {address}\n"
    )
    # this small book has no page of sources for the picture to lead to
    settings = settings.replace("suppress_warnings: [", "suppress_warnings: [ref.source, ")
    config.write_text(settings, encoding="utf-8")
    notebook = nbformat.read(project / "notebooks" / "essai.ipynb", as_version=4)
    picture = references.first_picture(ROOT / "notebooks" / "marche-e-sante.ipynb")
    notebook.cells[1].outputs = [nbformat.from_dict(picture)]
    notebook.metadata[dependencies.KEY] = dependencies.record(notebook, [], project)
    nbformat.write(notebook, project / "notebooks" / "essai.ipynb")
    (project / "book" / "accueil.md").write_text("# Accueil\n\nUn *livre*.\n", encoding="utf-8")
    run = make(project, "book")
    assert run.returncode == 0, run.stdout + run.stderr
    site = project / "_build" / "html"
    mapped = [node.text for node in ET.parse(site / "sitemap.xml").iter() if "loc" in node.tag]  # noqa: S314
    assert len(mapped) == 3
    for at in mapped:
        assert at is not None
        page = BeautifulSoup((site / at.removeprefix(address + "/")).read_bytes(), "html.parser")
        canonical = [link["href"] for link in page.select("link[rel=canonical]")]
        assert canonical == [at] == [meta["content"] for meta in page.select("[property='og:url']")]
    chapter, welcome = (
        BeautifulSoup((site / f"{name}.html").read_bytes(), "html.parser")
        for name in ("notebooks/essai", "book/accueil")
    )
    held = {
        str(meta.get("property")): str(meta["content"]) for meta in chapter.select("meta[content]")
    }
    card = site / held["og:image"].removeprefix(address + "/")
    assert card.read_bytes().startswith(b"\x89PNG")
    assert held["og:image:alt"] == picture["metadata"]["handbook"]["title"]
    assert welcome.select("[property='og:image']") == []
    assert welcome.select("[name=description]")[0]["content"] == "Un livre."
    lost = BeautifulSoup((site / "404.html").read_bytes(), "html.parser")
    assert {
        str(link["href"]).startswith(address) for link in lost.select("a, [rel=stylesheet]")
    } == {True}


def drop_a_page(project: Path) -> None:
    (project / "_build" / "html" / "book" / "autre.html").unlink()


def damage_a_page(project: Path) -> None:
    page = project / "_build" / "html" / "book" / "autre.html"
    page.write_bytes(page.read_bytes()[:-20])


def change_a_page_and_keep_its_date(project: Path) -> None:
    page = project / "book" / "autre.md"
    date = page.stat().st_mtime_ns
    page.write_text("# Encore\n", encoding="utf-8")
    os.utime(page, ns=(date, date))


def rename_a_page(project: Path) -> None:
    (project / "book" / "autre.md").rename(project / "book" / "encore.md")


def remove_a_table(project: Path) -> None:
    (project / "data" / "levers.csv").unlink()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop_a_page, "book/autre.html is gone"),
        (damage_a_page, "book/autre.html changed"),
        (change_a_page_and_keep_its_date, "book/autre.md changed"),
        (rename_a_page, "book/autre.md is gone, 1 more"),
        (remove_a_table, "data/levers.csv is gone"),
    ],
)
def test_what_was_removed_renamed_or_damaged_is_noticed(
    project: Path, change: object, reason: str
) -> None:
    assert build.reason(project) == ""
    assert callable(change)
    change(project)
    assert build.reason(project) == reason


def change_the_code(project: Path) -> None:
    notebook = project / "notebooks" / "essai.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("1 + 1", "1 + 2"), encoding="utf-8")


def change_a_table(project: Path) -> None:
    table = project / "data" / "levers.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def change_a_room(project: Path) -> None:
    module = project / "handbook" / "core" / "french.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def truncate_a_table(project: Path) -> None:
    table = project / "data" / "targets.csv"
    table.write_bytes(table.read_bytes()[:-40])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_the_code, ["essai.ipynb: its code changed", "make notebook NAME=essai"]),
        (change_a_table, ["data/levers.csv changed", "make notebook NAME=essai"]),
        (change_a_room, ["handbook/core/french.py changed", "make notebook NAME=essai"]),
        (truncate_a_table, ["targets.csv"]),
    ],
)
def test_what_is_stale_or_broken_is_refused_and_the_old_site_stays(
    project: Path, change: object, said: list[str]
) -> None:
    assert callable(change)
    before = {
        name: (project / "_build" / "html" / name).read_bytes()
        for name in files_below(project / "_build" / "html")
    }
    change(project)
    run = make(project, "book")
    assert run.returncode != 0
    assert "ready" not in run.stdout
    for words in said:
        assert words in run.stderr
    for name, content in before.items():
        assert (project / "_build" / "html" / name).read_bytes() == content


def test_two_builds_at_once_do_not_collide(project: Path) -> None:
    shutil.rmtree(project / "_build")
    both = [
        subprocess.Popen(["make", "book"], cwd=project, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=300)[0] for run in both]
    assert [run.returncode for run in both] == [0, 0]
    assert sum("Building" in text for text in said) == 1
    assert any("waiting for it" in text for text in said)


def test_the_environment_of_the_user_changes_nothing(project: Path, tmp_path: Path) -> None:
    trap = tmp_path / "piège"
    trap.mkdir()
    for name in ("sitecustomize", "yaml"):
        (trap / f"{name}.py").write_text("raise SystemExit('trapped')", encoding="utf-8")
    drop_a_page(project)
    assert build.reason(project)
    run = make(project, "book", PYTHONPATH=str(trap), PIP_USER="1", PYTHONHOME="/nowhere")
    assert run.returncode == 0, run.stdout + run.stderr
    assert (project / "_build" / "html" / "book" / "autre.html").is_file()
    assert build.reason(project) == ""


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder with the commands, that the one who runs them cannot write to."""
    folder = Path("/tmp") / f"handbook-{os.getpid()}"  # noqa: S108 — others must reach it
    folder.mkdir(mode=0o755)
    shutil.copy(ROOT / "Makefile", folder)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_named_as_the_cause(locked_folder: Path) -> None:
    command = ["make", "-C", str(locked_folder), "book"]
    if os.geteuid() == 0:  # for whom no right is refused
        run_as = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        command = [*run_as, *command]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert f"cannot be written to: {locked_folder}" in run.stdout
    assert "venv" not in run.stdout


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def test_the_footer_names_the_project_s_own_commit_and_says_when_it_was_modified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, project = tmp_path, tmp_path / "manuel"
    (project / "book").mkdir(parents=True)
    page = project / "book" / "accueil.md"
    page.write_text("# Accueil\n", encoding="utf-8")
    git(outside, "init")
    git(outside, "add", ".")
    git(outside, "commit", "-m", "another project")
    assert edition.edition(project).commit == ""
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "the handbook")
    clean = edition.edition(project)
    assert clean.commit
    assert not clean.modified
    (project / "notes.txt").write_text("not an input", encoding="utf-8")
    assert not edition.edition(project).modified
    page.write_text("# Autre\n", encoding="utf-8")
    modified = edition.edition(project)
    assert (modified.commit, modified.modified) == (clean.commit, True)
    monkeypatch.setenv("GIT_DIR", str(outside / ".git"))
    assert edition.edition(project) == modified
