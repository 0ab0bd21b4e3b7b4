"""Packages that not every installation has: loaded when first used, or named with their remedy."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["optional"]


def optional(module: str, extra: str) -> Any:  # noqa: ANN401 — any module
    """Return a module that an extra of the handbook brings.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.

    Examples
    --------
    >>> optional("json", "lab").dumps([1])
    '[1]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        root = module.partition(".")[0]
        raise ImportError(
            f"{root} is needed for this and is not installed: pip install 'handbook[{extra}]'",
            name=root,
        ) from error
