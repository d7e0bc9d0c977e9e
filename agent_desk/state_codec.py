"""States as bytes and back: the same state gives the same bytes in every process, so that two can be compared."""

import hashlib
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from immutables import Map

from acd.state import State

T = TypeVar("T")

FORMAT = 1
"""To be raised when a field is added to State, or to what is in it, that cannot do with its default."""


def _plain(value: object) -> object:
    """Return a Map as a dict; its keys are ids and moments, which JSON writes as text."""
    if isinstance(value, Map):
        return {str(key): one for key, one in value.items()}
    raise NotImplementedError(f"{type(value).__name__} cannot be written into a snapshot")


def _map(wanted: type, value: Any) -> object:
    if get_origin(wanted) is not Map:
        raise NotImplementedError(f"{wanted} cannot be read from a snapshot")
    key, one = get_args(wanted)
    # mypy takes a type made at run time for a value.
    return Map(msgspec.convert(value, dict[key, one], dec_hook=_map, str_keys=True))  # type: ignore[valid-type]


_encoder = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")
"""Sorted, because the order of maps and sets differs from process to process."""


def encode(value: msgspec.Struct) -> bytes:
    """Return a state, or a value that holds one, as JSON."""
    return _encoder.encode(value)


def decode(data: bytes, wanted: type[T]) -> T:
    """Return what `encode` was given.

    Raises:
        msgspec.DecodeError: `data` is no JSON, or no `wanted`.

    """
    return msgspec.json.decode(data, type=wanted, dec_hook=_map)


def digest(state: State) -> str:
    """Return 64 hexadecimal digits; two states have the same exactly when they are equal."""
    return hashlib.sha256(encode(state)).hexdigest()
