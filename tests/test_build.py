"""The site is a function of its inputs: built again elsewhere, it is the same to the byte."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT


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
