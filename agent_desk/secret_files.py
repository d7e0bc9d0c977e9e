"""Secrets are made here, once, into files that only their owner can read; none is ever in a setting or in git."""

import os
import secrets
from pathlib import Path


def secret(directory: Path, name: str, *, characters: int = 32) -> str:
    """Return the secret `name`, made at the first call.

    Args:
        directory: created when missing, mode 0700.

    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / name
    if path.exists():
        return path.read_text().strip()
    value = secrets.token_urlsafe(characters)[:characters]
    keep(directory, name, value)
    return value


def keep(directory: Path, name: str, value: str) -> None:
    """Write a secret, mode 0600, whole or not at all."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = directory / f".{name}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value + "\n")
    fresh.replace(directory / name)
