"""D-Bus messages as bytes, see https://dbus.freedesktop.org/doc/dbus-specification.html.

PySide6.QtDBus cannot send what the portal of global shortcuts wants: an array of structures, ``a(sa{sv})``,
needs an element type registered with ``qDBusRegisterMetaType``, a C++ template without a Python binding.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

_FORMATS = {
    "y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "b": "I", "h": "I", "x": "q", "t": "Q", "d": "d",
}  # fmt: skip
_ALIGNMENTS = {
    "y": 1, "n": 2, "q": 2, "i": 4, "u": 4, "b": 4, "h": 4, "x": 8, "t": 8, "d": 8,
    "s": 4, "o": 4, "g": 1, "v": 1, "a": 4, "(": 8, "{": 8,
}  # fmt: skip

_HEADER = "yyyyuua(yv)"
_PREFIX_BYTES = 16
"""The part of the header that says how long a message is."""


class Variant(NamedTuple):
    """A value with its type.

    Attributes:
        signature: one complete D-Bus type.
        value: numbers and texts as such, arrays as lists, dictionaries as dicts, structures as tuples.
    """

    signature: str
    value: Any


class Kind(IntEnum):
    """The kinds of messages."""

    CALL = 1
    REPLY = 2
    ERROR = 3
    SIGNAL = 4


class Field(IntEnum):
    """The fields of a message's header."""

    PATH = 1
    INTERFACE = 2
    MEMBER = 3
    ERROR_NAME = 4
    REPLY_SERIAL = 5
    DESTINATION = 6
    SENDER = 7
    SIGNATURE = 8


_FIELD_TYPES = {Field.PATH: "o", Field.REPLY_SERIAL: "u", Field.SIGNATURE: "g"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        kind: a ``Kind``; other numbers are to be ignored.
        fields: its header without the signature of the body.
        signature: the types of the body's values, one after the other.
        body: the values.
    """

    kind: int
    fields: dict[Field, Any]
    signature: str = ""
    body: tuple[Any, ...] = ()


def encode(message: Message, serial: int) -> bytes:
    """A message as bytes; ``serial`` is the number its reply will name."""
    body = _Writer()
    body.put_all(message.signature, message.body)
    fields = dict(message.fields)
    if message.signature:
        fields[Field.SIGNATURE] = message.signature
    coded = [(field, Variant(_FIELD_TYPES.get(field, "s"), value)) for field, value in fields.items()]
    header = _Writer()
    header.put_all(_HEADER, (ord("l"), message.kind, 0, 1, len(body.buffer), serial, coded))
    header.align(8)
    return bytes(header.buffer + body.buffer)


def message_size(data: bytes | bytearray) -> int | None:
    """Bytes of the message that starts here; ``None`` until enough of it has come to tell."""
    if len(data) < _PREFIX_BYTES:
        return None
    body, fields = (struct.unpack_from(_order(data) + "I", data, at)[0] for at in (4, 12))
    return _PREFIX_BYTES + _padded(fields, 8) + int(body)


def decode(data: bytes) -> Message:
    """The message in exactly its bytes, which the bus has checked."""
    reader = _Reader(data, _order(data))
    _, kind, _, _, _, _, coded = reader.take_all(_HEADER)
    known = {code: variant.value for code, variant in coded if code in set(Field)}
    fields = {Field(code): value for code, value in known.items()}
    signature = fields.pop(Field.SIGNATURE, "")
    reader.align(8)
    return Message(kind, fields, signature, reader.take_all(signature))


def _order(data: bytes | bytearray) -> str:
    return "<" if data[0] == ord("l") else ">"


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def _types(signature: str) -> list[str]:
    """The complete types that a signature strings together."""
    found, start = [], 0
    while start < len(signature):
        end = _type_end(signature, start)
        found.append(signature[start:end])
        start = end
    return found


def _type_end(signature: str, start: int) -> int:
    if signature[start] == "a":
        return _type_end(signature, start + 1)
    if signature[start] not in "({":
        return start + 1
    at = start + 1
    while signature[at] not in ")}":
        at = _type_end(signature, at)
    return at + 1


class _Writer:
    """Values to little-endian bytes."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def align(self, alignment: int) -> None:
        self.buffer += bytes(-len(self.buffer) % alignment)

    def put_all(self, signature: str, values: tuple[Any, ...]) -> None:
        for kind, value in zip(_types(signature), values, strict=True):
            self._put(kind, value)

    def _put(self, kind: str, value: Any) -> None:
        code = kind[0]
        self.align(_ALIGNMENTS[code])
        if code in _FORMATS:
            self.buffer += struct.pack("<" + _FORMATS[code], value)
        elif code in "sog":
            text = value.encode()
            self.buffer += struct.pack("<B" if code == "g" else "<I", len(text)) + text + b"\0"
        elif code == "v":
            self._put("g", value.signature)
            self._put(value.signature, value.value)
        elif code == "a":
            self._put_array(kind[1:], list(value.items()) if kind[1] == "{" else value)
        else:
            self.put_all(kind[1:-1], value)

    def _put_array(self, kind: str, items: list[Any]) -> None:
        length_at = len(self.buffer)
        self.buffer += bytes(4)
        self.align(_ALIGNMENTS[kind[0]])
        start = len(self.buffer)
        for item in items:
            self._put(kind, item)
        struct.pack_into("<I", self.buffer, length_at, len(self.buffer) - start)


class _Reader:
    """Bytes to values."""

    def __init__(self, data: bytes, order: str) -> None:
        self._data = data
        self._order = order
        self._at = 0

    def align(self, alignment: int) -> None:
        self._at = _padded(self._at, alignment)

    def take_all(self, signature: str) -> tuple[Any, ...]:
        return tuple(self._take(kind) for kind in _types(signature))

    def _take(self, kind: str) -> Any:
        code = kind[0]
        self.align(_ALIGNMENTS[code])
        if code in _FORMATS:
            value = self._number(_FORMATS[code])
            return bool(value) if code == "b" else value
        if code in "sog":
            return self._text("B" if code == "g" else "I")
        if code == "v":
            signature = self._text("B")
            return Variant(signature, self._take(signature))
        if code == "a":
            return self._array(kind[1:])
        return self.take_all(kind[1:-1])

    def _number(self, form: str) -> Any:
        (value,) = struct.unpack_from(self._order + form, self._data, self._at)
        self._at += struct.calcsize(self._order + form)
        return value

    def _text(self, length_form: str) -> str:
        size = self._number(length_form)
        text = self._data[self._at : self._at + size].decode()
        self._at += size + 1
        return text

    def _array(self, kind: str) -> Any:
        size = self._number("I")
        self.align(_ALIGNMENTS[kind[0]])
        end = self._at + size
        items = []
        while self._at < end:
            items.append(self._take(kind))
        return dict(items) if kind[0] == "{" else items
