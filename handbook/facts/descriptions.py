"""The shape of what a ``datapackage.yaml`` says: each word holds what it must hold.

YAML reads anything: a list where a mapping is meant, a number where a text is, nothing at all, two
values of one word. Here each is refused with its line, so that the reader of tables need not ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["check_shapes", "loaded"]


def loaded(file: Path) -> Any:  # noqa: ANN401 — what the file holds
    """Return what a description holds; a word said twice in one place is an error.

    Raises
    ------
    FactsError
        With the line of the second.
    """
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        """A safe loader in which no word is said twice."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:  # noqa: ANN401
        words = [key.value for key, _ in node.value]
        for (key, _), word in zip(node.value, words, strict=True):
            if words.count(word) > 1 and words.index(word) != node.value.index((key, _)):
                line = key.start_mark.line + 1
                raise FactsError(f"« {word} » is said twice", file=file, line=line)
        return dict(loader.construct_pairs(node, deep=True))

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506 — a safe loader


def check_shapes(schema: dict[str, Any], description: Path) -> None:
    """Refuse a Table Schema whose fields or keys are not what they must be.

    Raises
    ------
    FactsError
        Naming the word, and what it holds.
    """
    fields = schema.get("fields")
    named = isinstance(fields, list) and all(isinstance(one, dict) for one in fields)
    faults = (
        [*_of_fields(schema["fields"])] if named and fields else ["fields is no list of columns"]
    )
    for fault in [*faults, *_of_keys(schema)]:
        raise FactsError(f"schema: {fault}", file=description)


def _of_fields(fields: list[dict[str, Any]]) -> Iterator[str]:
    names = [one.get("name") for one in fields]
    if not all(isinstance(name, str) and name for name in names):
        yield f"a field has no name: {names!r:.80}"
    if len(set(map(str, names))) < len(names):
        yield f"two fields have one name: {names!r:.80}"
    for one in fields:
        if not isinstance(one.get("constraints", {}), dict):
            yield f"constraints of « {one.get('name')} » are no mapping: {one['constraints']!r:.80}"


def _of_keys(schema: dict[str, Any]) -> Iterator[str]:
    for word in ("primaryKey", "increasing"):
        if word in schema and not _are_names(schema[word]):
            yield f"{word} is no column, nor a list of distinct ones: {schema[word]!r:.80}"
    for word, fits in (("uniqueKeys", _are_names), ("foreignKeys", _is_foreign_key)):
        keys = schema.get(word, [])
        wrong = [keys] if not isinstance(keys, list) else [key for key in keys if not fits(key)]
        for key in wrong:
            yield f"{word} holds what is no such key: {key!r:.80}"


def _are_names(key: object) -> bool:
    names = key if isinstance(key, list) else [key]
    texts = all(isinstance(name, str) and name for name in names)
    return bool(names) and texts and len(set(names)) == len(names)


def _is_foreign_key(key: object) -> bool:
    if not isinstance(key, dict) or not isinstance(key.get("reference"), dict):
        return False
    ends = key.get("fields"), key["reference"].get("fields")
    if not all(map(_are_names, ends)):
        return False
    widths = [len(end) if isinstance(end, list) else 1 for end in ends]
    resource = key["reference"].get("resource", "")
    return widths[0] == widths[1] and (resource is None or isinstance(resource, str))
