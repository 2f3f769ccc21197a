"""A picture: a figure of matplotlib whose files have the same bytes for the same answer."""

from __future__ import annotations

import io
from os import PathLike, fspath
from pathlib import PurePath
from threading import Lock
from typing import IO, Any

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from comity.adapters.plots.style import PAPER
from comity.domain.errors import InvalidValue

SIZE = (8.0, 5.0)
"""Width and height in inches, unless told otherwise."""
DPI = 120
SMALLEST, LARGEST = (5.0, 4.0), (60.0, 60.0)
_PLAIN: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What files say of themselves: neither when nor by which program they were made."""
FORMS = tuple(_PLAIN)
"""The forms of files, which are also the ends of their names."""
_SALT = "comity"
_salting = Lock()

Size = tuple[float, float]


class Picture(Figure):
    """A `matplotlib.figure.Figure`; a notebook shows it, without pyplot and without a display."""

    def __init__(self, size: Size, lowest: float = SMALLEST[1]) -> None:
        super().__init__(figsize=checked_size(size, lowest), dpi=DPI, facecolor=PAPER)  # pyright: ignore[reportUnknownMemberType]  # its keyword arguments have no types
        FigureCanvasAgg(self)

    def savefig(
        self,
        fname: str | PathLike[str] | IO[Any],
        *,
        transparent: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Write a file, as `Figure.savefig`; it holds no date, and its ids follow from the data."""
        form = str(kwargs.get("format") or _form_of(fname)).lower()
        metadata: dict[str, Any] = {**_PLAIN.get(form, {}), **(kwargs.pop("metadata", None) or {})}
        kwargs.setdefault("dpi", self.dpi)
        with _salting:  # matplotlib has no other way to tell the salt of the ids
            before = rcParams["svg.hashsalt"]
            rcParams["svg.hashsalt"] = _SALT
            try:
                plain: Any = super()  # matplotlib tells no types of keyword arguments
                plain.savefig(fname, transparent=transparent, metadata=metadata or None, **kwargs)
            finally:
                rcParams["svg.hashsalt"] = before

    def _repr_png_(self) -> bytes:
        """The picture for a notebook."""
        return self.written("png")

    def written(self, form: str, dpi: float = DPI) -> bytes:
        """The bytes of a file of a form: png, svg or pdf."""
        file = io.BytesIO()
        self.savefig(file, format=form, dpi=dpi)
        return file.getvalue()


def _form_of(name: str | PathLike[str] | IO[Any]) -> str:
    if isinstance(name, str | PathLike):
        return PurePath(fspath(name)).suffix.removeprefix(".") or "png"
    return "png"


def checked_size(size: object, lowest: float = SMALLEST[1]) -> Size:
    """Width and height in inches; raises `InvalidValue` for what no picture fits in."""
    expected = (
        f"a width and a height in inches, from {SMALLEST[0]:g}×{SMALLEST[1]:g} to "
        f"{LARGEST[0]:g}×{LARGEST[1]:g}"
    )
    match size:
        case (int() | float() as wide, int() | float() as high):
            if SMALLEST[0] <= wide <= LARGEST[0] and lowest <= high <= LARGEST[1]:
                return float(wide), float(high)
        case _:
            pass
    raise InvalidValue("size", size, expected)
