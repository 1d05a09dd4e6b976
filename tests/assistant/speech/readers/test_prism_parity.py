"""The stand-in for Prism against the package itself, which runs here, without a screen reader to talk to."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from assistant.speech.readers.macos import VOICE_OVER
from assistant.speech.readers.windows import WINDOWS_KINDS
from tests.assistant.speech.readers import fake_prism

prism = pytest.importorskip(
    "prism", reason="needs prismatoid, which has no package for this computer", exc_type=ImportError
)
ERRORS = ("PrismBackendNotAvailableError", "PrismInternalError", "PrismNotImplementedError")


@pytest.mark.parametrize("kind", ["Backend", "Context"])
def test_methods(kind: str) -> None:
    real, fake = getattr(prism, kind), getattr(fake_prism, kind)
    for name, method in inspect.getmembers(fake, inspect.isfunction):
        if name.startswith("_"):
            continue
        expected = inspect.signature(getattr(real, name)).parameters
        assert dict(inspect.signature(method).parameters) == dict(expected), name
    for name, _ in inspect.getmembers(fake, lambda member: isinstance(member, property)):
        assert isinstance(getattr(real, name), property), name


def test_features() -> None:
    real = {field.name for field in dataclasses.fields(prism.BackendFeatures)}
    assert {field.name for field in dataclasses.fields(fake_prism.BackendFeatures)} <= real


def test_backends() -> None:
    for name, number in fake_prism.BackendId.__members__.items():
        assert prism.BackendId[name] == number
    for kind in (*WINDOWS_KINDS, VOICE_OVER):
        assert kind.backend in prism.BackendId.__members__


def test_errors() -> None:
    for name in ERRORS:
        real, fake = getattr(prism.common, name), getattr(fake_prism, name)
        assert issubclass(real, prism.PrismError)
        assert [base.__name__ for base in real.__bases__] == [base.__name__ for base in fake.__bases__]


def test_a_reader_that_is_not_there() -> None:
    """The one backend of Linux that talks to a reader behaves as the stand-in does; there is no bus here."""
    context = prism.Context()
    if not context.exists(prism.BackendId.ORCA):
        pytest.skip("this Prism was built without Orca")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        with pytest.raises(prism.common.PrismBackendNotAvailableError):
            context.create(prism.BackendId.ORCA)


def test_a_backend_of_another_system() -> None:
    context = prism.Context()
    absent = next(number for number in prism.BackendId if number and not context.exists(number))
    with pytest.raises(ValueError, match="Invalid or unsupported backend"):
        context.create(absent)
