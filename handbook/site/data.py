"""The facts that the book being built tells, and what its pages depend on for that."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from handbook import facts

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


@functools.cache
def _opened(folder: Path) -> facts.Facts:
    return facts.Facts(folder)


def of(env: BuildEnvironment) -> facts.Facts:
    """Return the facts of the project, and make the page being read depend on their files."""
    held = _opened((Path(env.srcdir) / env.config.handbook_data).parent)
    for file in held.files():
        env.note_dependency(str(file))
    return held
