"""Which edition of the handbook a build is: version, commit, date, and whether it was modified."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from handbook.core import french

# What the site is made from, below the project's folder.
INPUTS: tuple[str, ...] = ("book", "data", "handbook", "notebooks")
INPUTS += ("_config.yml", "_toc.yml", "pyproject.toml", "CITATION.cff", "requirements.txt")
INPUTS += ("benchmarks/results",)


@dataclass(frozen=True)
class Edition:
    """What identifies a build: version, short commit (or ``""``), date in French, state.

    ``modified`` tells that an input of the site is not as the commit has it; ``day`` is the date as
    programs write it (``2026-11-27``, or ``""``).
    """

    version: str
    commit: str
    date: str
    modified: bool = False
    day: str = ""


def edition(folder: Path) -> Edition:
    """Identify the build of ``folder``: ``SOURCE_DATE_EPOCH``, else the commit, else nothing.

    The clock is never read, so that the same sources always give the same pages. A folder that
    lies inside another project's repository has no commit of its own.
    """
    commit, stamp, modified = "", "", False
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top and Path(top).resolve() == folder.resolve():
        commit, _, stamp = _git(folder, "log", "-1", "--format=%h %ct").partition(" ")
        modified = bool(commit and _git(folder, "status", "--porcelain", "--", *INPUTS))
    stamp = os.environ.get("SOURCE_DATE_EPOCH") or stamp
    moment = datetime.fromtimestamp(int(stamp), tz=UTC) if stamp else None
    said = french.date(moment, "day") if moment else ""
    day = moment.date().isoformat() if moment else ""
    return Edition(version("handbook"), commit, said, modified, day)


def _git(folder: Path, *arguments: str) -> str:
    """Ask git about ``folder`` itself, whatever repository the environment names."""
    command = ["git", "-C", str(folder), *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=True, env=environment
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
