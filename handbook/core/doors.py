"""The door of a public function: each argument is what its annotation says, or a named error.

``@door(ForecastError, n=(1, 10_000))`` reads the annotations of the function below it and checks
what is given against them before anything is computed: a number is a real, finite one; a whole
number is whole and within the bounds named; a word is a text, and one of those of a ``Literal``; a
table is a table. Annotations that it does not know are not checked. What an argument means stays
with the function.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import numbers
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from handbook.core.checks import distinct
from handbook.core.errors import HandbookError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["door", "fields_checked"]

Given = ParamSpec("Given")
Result = TypeVar("Result")
Made = TypeVar("Made")
Bounds = tuple[float, float]

_LARGEST = (-(10**9), 10**9)
_TABLES = {"Series", "DataFrame"}
_MAPPINGS = {"Mapping", "dict"}
_LISTS = {"Sequence", "Iterable", "Collection", "list", "tuple"}


def door(
    error: type[HandbookError], **bounds: Bounds
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Check the arguments of a public function against its annotations.

    Parameters
    ----------
    error
        The room's own kind of error.
    bounds
        Least and greatest value of numbers, by argument: what has a sense, and what the function
        can do in a reasonable time.
    """

    def guarded(function: Callable[Given, Result]) -> Callable[Given, Result]:
        signature = inspect.signature(function)
        said = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
        notes = {
            name: ast.parse(parameter.annotation, mode="eval").body
            for name, parameter in signature.parameters.items()
            if isinstance(parameter.annotation, str) and "Unpack" not in parameter.annotation
        }
        resolved: dict[str, ast.expr] = {}
        options: dict[str, ast.expr] | None = None

        @functools.wraps(function)
        def entered(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            nonlocal options
            given = _bound(function, signature, error, args, kwargs)
            options = _unpacked(signature, function) if options is None else options
            _check_options(given, options, said, error)
            for name in notes.keys() - resolved.keys():
                resolved[name] = _resolved(notes[name], function.__globals__)
            for name, value in _named(given, resolved):
                _check(f"{said}: {name}", value, resolved[name], error, bounds.get(name, _LARGEST))
            return function(*args, **kwargs)

        return entered

    return guarded


def fields_checked(
    error: type[HandbookError], **bounds: Bounds
) -> Callable[[type[Made]], type[Made]]:
    """Put a `door` before a dataclass: each field is what its annotation says.

    To be written above ``@dataclass``; what the fields mean together stays with the class.
    """

    def guarded(made: type[Made]) -> type[Made]:
        init = door(error, **bounds)(made.__init__)
        setattr(made, "__init__", init)  # noqa: B010 - mypy lets no method be replaced
        return made

    return guarded


def _unpacked(signature: inspect.Signature, function: Callable[..., Any]) -> dict[str, ast.expr]:
    """Return the options that ``**options: Unpack[…]`` allows, and what each is."""
    names = function.__globals__
    for parameter in signature.parameters.values():
        note = str(parameter.annotation)
        if parameter.kind is parameter.VAR_KEYWORD and note.startswith("Unpack["):
            held = names[note.removeprefix("Unpack[").removesuffix("]")]
            return {
                name: _resolved(ast.parse(one.__forward_arg__, mode="eval").body, names)
                for name, one in held.__annotations__.items()
            }
    return {}


def _check_options(
    given: inspect.BoundArguments,
    options: Mapping[str, ast.expr],
    said: str,
    error: type[HandbookError],
) -> None:
    """Refuse an option that is none of those unpacked, or is not what it should be."""
    for parameter in given.signature.parameters.values():
        if not options or parameter.kind is not parameter.VAR_KEYWORD:
            continue
        for name, value in given.arguments.get(parameter.name, {}).items():
            if name not in options:
                known = [*given.signature.parameters, *options]
                known = [one for one in known if one not in ("self", parameter.name)]
                raise unknown(name, known, f"option of {said}", error)
            _check(f"{said}: {name}", value, options[name], error, _LARGEST)


def _named(
    given: inspect.BoundArguments, notes: Mapping[str, ast.expr]
) -> Iterator[tuple[str, object]]:
    """Yield the arguments that are annotated and are not left to their default."""
    for name, value in given.arguments.items():
        parameter = given.signature.parameters[name]
        one = parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        if one and name in notes and value is not parameter.default:
            yield name, value


def _resolved(note: ast.expr, names: Mapping[str, object]) -> ast.expr:
    """Replace in an annotation the aliases by what they stand for, and names of classes by these.

    What is imported for the type checker only stays as it is, unchecked.
    """
    if isinstance(note, ast.BinOp):
        return ast.BinOp(_resolved(note.left, names), note.op, _resolved(note.right, names))
    held = names.get(note.id) if isinstance(note, ast.Name) else None
    if isinstance(held, type) and held.__module__.startswith("handbook."):
        return _of_class(note, held)
    if isinstance(note, ast.Subscript) and _name(note) in {*_LISTS, *_MAPPINGS}:
        inner = ast.Tuple([_resolved(one, names) for one in _inner(note)])
        return ast.Subscript(note.value, inner)
    if held is None or isinstance(held, type):
        return note
    try:
        return ast.parse(str(held), mode="eval").body
    except SyntaxError:
        return note


def _of_class(note: ast.expr, held: type) -> ast.expr:
    if getattr(held, "_is_protocol", False):
        return note
    typed_dict = hasattr(held, "__total__")
    return ast.Name("dict") if typed_dict else ast.Constant(held)  # type: ignore[arg-type]


def _bound(
    function: Callable[..., Any],
    signature: inspect.Signature,
    error: type[HandbookError],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> inspect.BoundArguments:
    """Match the arguments with the parameters; a misspelt option is told its nearest.

    One that is missing, or one too many, is the room's own error too.
    """
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as wrong:
        stray = [name for name in kwargs if name not in signature.parameters]
        if not stray:
            raise error(f"{function.__name__}: {wrong}") from wrong
        known = [name for name in signature.parameters if name != "self"]
        raise unknown(stray[0], known, f"option of {function.__name__}", error) from wrong


def _check(
    what: str, value: object, note: ast.expr, error: type[HandbookError], bounds: Bounds
) -> None:
    """Refuse a value that is none of the kinds that an annotation allows."""
    kinds = _alternatives(note)
    faults = [_fault(value, kind, bounds) for kind in kinds]
    if not faults or "" in faults:
        if any(_name(kind) in _MAPPINGS for kind in kinds):
            _check_labels(what, value, error)
        return
    words = [word for kind in kinds for word in _words(kind)]
    if words and isinstance(value, str):
        raise unknown(value, words, what, error)
    shown = _shown(value, kinds)
    expected = " or ".join(dict.fromkeys(fault for fault in faults))
    raise error(f"{what}: {expected} is expected, not {shown[:60]}")


def _check_labels(what: str, value: object, error: type[HandbookError]) -> None:
    """Refuse a Series, given as a mapping is, that says two things of one label."""
    if _is_table(value) and not hasattr(value, "columns"):
        distinct(value.index, f"{what}: its labels", error)  # type: ignore[attr-defined]


def _shown(value: object, kinds: Iterable[ast.expr]) -> str:
    """Say what was given: a value, the item at fault of several, else a type."""
    if isinstance(value, str | numbers.Number):
        return repr(value)
    for inner in map(_inner, kinds):
        if isinstance(value, Mapping) and len(inner) == 2:
            wrong = (f"{one!r} at {key!r}" for key, one in value.items() if _misfits(one, inner[1]))
            return next(wrong, "dict")
        if isinstance(value, list | tuple) and len(inner) == 1:
            return next((repr(one) for one in value if _misfits(one, inner[0])), "list")
    return type(value).__name__


def _misfits(value: object, note: ast.expr) -> bool:
    return bool(_fault_simply(value, note))


def _alternatives(note: ast.expr) -> list[ast.expr]:
    if isinstance(note, ast.BinOp):
        return [*_alternatives(note.left), *_alternatives(note.right)]
    return [note]


def _words(note: ast.expr) -> list[str]:
    if not isinstance(note, ast.Subscript) or _name(note) != "Literal":
        return []
    return [str(ast.literal_eval(element)) for element in _inner(note)]


def _fault(value: object, note: ast.expr, bounds: Bounds) -> str:
    """Say what was expected; nothing if the value is that, or if the annotation is not known."""
    if isinstance(note, ast.Constant) and isinstance(note.value, type):
        return "" if isinstance(value, note.value) else f"a {note.value.__name__}"
    name = _name(note)
    if name in _SIMPLE:
        return _SIMPLE[name](value, bounds)
    if name == "Literal":
        return (
            ""
            if isinstance(value, str) and value in _words(note)
            else f"one of {', '.join(_words(note))}"
        )
    if name in _TABLES:
        fits = _is_table(value) and (name == "Series" or hasattr(value, "columns"))
        return "" if fits else "a pandas " + name
    if name in _MAPPINGS:
        return _fault_of_items(value, note)
    if name in _LISTS:
        return _fault_of_list(value, note)
    if name in _KINDS:
        is_one, wanted = _KINDS[name]
        return "" if is_one(value) else wanted
    return ""


def _is_array(value: object) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | bytes | Mapping)


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "ArrayLike": (_is_array, "an array of numbers"),
    "Callable": (callable, "a function"),
    "Path": (lambda value: hasattr(value, "__fspath__"), "a path"),
    "PathLike": (lambda value: hasattr(value, "__fspath__"), "a path"),
}


def _name(note: ast.expr) -> str:
    """Return the last word of the name of an annotation: Mapping of collections.abc.Mapping."""
    return ast.unparse(note.value if isinstance(note, ast.Subscript) else note).rpartition(".")[2]


def _is_table(value: object) -> bool:
    return type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "iloc")


def _whole(value: object, bounds: Bounds) -> str:
    low, high = bounds
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if whole and low <= int(value) <= high:  # type: ignore[call-overload]
        return ""
    return "a whole number" + ("" if bounds == _LARGEST else f" from {low} to {high:_}")


def _real(value: object, bounds: Bounds) -> str:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    try:
        finite = real and math.isfinite(float(value))  # type: ignore[arg-type]
    except OverflowError:
        finite = False
    low, high = (-math.inf, math.inf) if bounds == _LARGEST else bounds
    if finite and low <= value <= high:  # type: ignore[operator]
        return ""
    return "a finite number" + ("" if bounds == _LARGEST else f" from {low:g} to {high:g}")


def _text(value: object, _: Bounds) -> str:
    return "" if isinstance(value, str) else "a text"


def _truth(value: object, _: Bounds) -> str:
    return "" if isinstance(value, bool) or type(value).__name__ == "bool" else "True or False"


def _nothing(value: object, _: Bounds) -> str:
    return "" if value is None else "None"


_SIMPLE: dict[str, Callable[[object, Bounds], str]] = {
    "int": _whole,
    "float": _real,
    "str": _text,
    "bool": _truth,
    "None": _nothing,
}


def _inner(note: ast.expr) -> list[ast.expr]:
    if not isinstance(note, ast.Subscript):
        return []
    return note.slice.elts if isinstance(note.slice, ast.Tuple) else [note.slice]


def _fault_of_items(value: object, note: ast.expr) -> str:
    if not isinstance(value, Mapping):
        return "a mapping"
    inner = _inner(note)
    return _fault_within(value.values(), inner[1], "a mapping of") if len(inner) > 1 else ""


def _fault_of_list(value: object, note: ast.expr) -> str:
    inner = [one for one in _inner(note) if ast.unparse(one) != "..."]
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return "a list"
    if hasattr(value, "columns"):  # a table would be read as the list of their names
        return "a list"
    if _name(note) == "tuple" and "..." not in ast.unparse(note):
        sized = isinstance(value, tuple | list) and len(value) == len(inner)
        return "" if sized and not any(map(_fault_simply, value, inner)) else _written(note)
    held = value if hasattr(value, "__len__") else ()  # what is read once is left to the function
    return _fault_within(held, inner[0], "a list of") if inner else ""


def _written(note: ast.expr) -> str:
    return f"({', '.join(map(ast.unparse, _inner(note)))})"


def _fault_simply(value: object, note: ast.expr) -> str:
    faults = [_fault(value, kind, _LARGEST) for kind in _alternatives(note)]
    return "" if "" in faults else faults[0]


def _fault_within(values: Iterable[object], note: ast.expr, of: str) -> str:
    faults = (_fault_simply(value, note) for value in values)
    fault = next(filter(None, faults), "")
    return f"{of} {fault.removeprefix('a ')}s" if fault else ""
