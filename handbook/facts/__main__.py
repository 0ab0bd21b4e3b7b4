"""Check a data package and keep the size and the digest of its tables (``make data``)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from handbook.facts import FactsError, checksums
from handbook.facts.store import Facts


def main(arguments: list[str] | None = None) -> int:
    """Refresh a package, then read every table; exit code 1, with the fault, if one is bad."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder that holds datapackage.yaml")
    folder = parser.parse_args(arguments).folder.resolve()
    try:
        changed = checksums.refresh(folder)
        facts = Facts(folder)
        for name in facts.described():
            facts.table(name)
    except FactsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{', '.join(changed) or 'no table'} changed; every table keeps its schema\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
