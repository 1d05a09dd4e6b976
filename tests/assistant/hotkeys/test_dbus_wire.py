"""D-Bus messages as bytes; test_portal.py sends them through a real bus to another implementation."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.hotkeys.dbus_wire import (
    Field,
    Kind,
    Message,
    Variant,
    decode,
    encode,
    message_size,
)

CALL = {
    Field.DESTINATION: "a.b",
    Field.PATH: "/a",
    Field.INTERFACE: "a.b",
    Field.MEMBER: "Do",
    Field.REPLY_SERIAL: 7,
}


def body(signature: str, *values: Any) -> bytes:
    """The bytes after the header."""
    data = encode(Message(Kind.CALL, dict(CALL), signature, values), 1)
    (size,) = struct.unpack_from("<I", data, 4)
    return data[len(data) - size :]


@pytest.mark.parametrize(
    ("signature", "values", "expected"),
    [
        # The example of the specification: an array of one INT64 with the value 5.
        ("ax", ([5],), "08000000 00000000 0500000000000000"),
        # STRING "foo", "+", "bar" follow each other with padding to four bytes.
        ("sss", ("foo", "+", "bar"), "03000000 666f6f00 01000000 2b000000 03000000 62617200"),
        ("yu", (1, 2), "01000000 02000000"),
        ("b", (True,), "01000000"),
        ("g", ("a{sv}",), "05 617b73767d 00"),
        ("v", (Variant("u", 9),), "01 75 00 00 09000000"),
        # An empty array is padded to its element type, which its length does not count.
        ("a(sa{sv})", ([],), "00000000 00000000"),
        ("a{sv}", ({},), "00000000 00000000"),
    ],
)
def test_bytes_of_the_specification(signature: str, values: tuple[Any, ...], expected: str) -> None:
    assert body(signature, *values) == bytes.fromhex(expected)


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "y": st.integers(0, 2**8 - 1),
    "n": st.integers(-(2**15), 2**15 - 1),
    "q": st.integers(0, 2**16 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
    "u": st.integers(0, 2**32 - 1),
    "x": st.integers(-(2**63), 2**63 - 1),
    "t": st.integers(0, 2**64 - 1),
    "b": st.booleans(),
    "d": st.floats(allow_nan=False),
    "s": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
}
KINDS = st.recursive(
    st.sampled_from(sorted(SCALARS)),
    lambda inner: st.one_of(
        inner.map(lambda kind: "a" + kind),
        inner.map(lambda kind: f"a{{s{kind}}}"),
        st.lists(inner, min_size=1, max_size=3).map(lambda kinds: f"({''.join(kinds)})"),
        st.just("v"),
    ),
    max_leaves=6,
)


@st.composite
def value_of(draw: st.DrawFn, kind: str) -> Any:
    if kind in SCALARS:
        return draw(SCALARS[kind])
    if kind == "v":
        inner = draw(st.sampled_from(sorted(SCALARS)))
        return Variant(inner, draw(SCALARS[inner]))
    if kind.startswith("a{"):
        return draw(st.dictionaries(SCALARS["s"], value_of(kind[3:-1]), max_size=3))
    if kind.startswith("a"):
        return draw(st.lists(value_of(kind[1:]), max_size=3))
    return tuple(draw(value_of(part)) for part in complete_types(kind[1:-1]))


def complete_types(signature: str) -> list[str]:
    """Written apart from the code under test: by counting brackets."""
    parts, depth, start = [], 0, 0
    for at, code in enumerate(signature):
        depth += (code in "({") - (code in ")}")
        if depth == 0 and code != "a":
            parts.append(signature[start : at + 1])
            start = at + 1
    return parts


@settings(deadline=None, max_examples=60)
@given(st.data(), st.lists(KINDS, max_size=3), st.integers(1, 2**32 - 1))
def test_messages_come_back(data: st.DataObject, kinds: list[str], serial: int) -> None:
    """GIVEN any message, THEN its bytes say their number and give the message again."""
    values = tuple(data.draw(value_of(kind)) for kind in kinds)
    message = Message(Kind.SIGNAL, dict(CALL), "".join(kinds), values)
    coded = encode(message, serial)
    assert struct.unpack_from("<I", coded, 8) == (serial,)
    assert message_size(coded + b"the next message") == len(coded)
    assert message_size(coded[:15]) is None
    assert decode(coded) == message


def test_the_other_byte_order() -> None:
    """GIVEN a big-endian reply to call 7 with the text "ok"."""
    fields = b"\x05\x01u\0" + struct.pack(">I", 7) + b"\x08\x01g\0\x01s\0"
    header = b"B\x02\x00\x01" + struct.pack(">III", 7, 3, len(fields)) + fields
    data = header + bytes(-len(header) % 8) + struct.pack(">I", 2) + b"ok\0"
    assert message_size(data) == len(data)
    assert decode(data) == Message(Kind.REPLY, {Field.REPLY_SERIAL: 7}, "s", ("ok",))


def test_an_unknown_header_field_is_ignored() -> None:
    """The specification asks for it: fields may be added."""
    coded = encode(Message(Kind.SIGNAL, {Field.PATH: "/a", Field.MEMBER: "New"}), 1)
    at = coded.index(b"\x03\x01s\0")
    assert decode(coded[:at] + b"\x0a" + coded[at + 1 :]).fields == {Field.PATH: "/a"}
