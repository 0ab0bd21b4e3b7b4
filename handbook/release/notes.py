"""What changed, for the readers of a release: the part of the changelog that it brings."""

from __future__ import annotations

import re

__all__ = ["changes"]

_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
# Where a release is read, the book's own pages and files are not beside it.
_LINK_IN_BOOK = re.compile(r"\[(?P<words>[^\]]+)\]\((?!https?:|mailto:)[^)]+\)")
_NUMBERED = re.compile(r"(\d+\.\d+\.\d+)\b")


def changes(journal: str, version: str) -> str:
    """Return the sections that `version` brings: its own, and what stands above it undated.

    Links to the book's own pages keep their words only.

    Raises
    ------
    ValueError
        If the changelog has no section of this version.
    """
    headings = list(_HEADING.finditer(journal))
    for rank, heading in enumerate(headings):
        numbered = _NUMBERED.match(heading["title"])
        if numbered and numbered[1] == version:
            end = headings[rank + 1].start() if rank + 1 < len(headings) else len(journal)
            section = journal[headings[0].start() : end].rstrip() + "\n"
            return _LINK_IN_BOOK.sub(r"\g<words>", section)
    raise ValueError(f"the changelog has no section that opens with {version}")
