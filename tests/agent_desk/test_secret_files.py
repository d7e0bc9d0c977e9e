"""Secrets are made once and only their owner can read them."""

from pathlib import Path

from agent_desk.secret_files import keep, secret


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    first = secret(tmp_path / "secrets", "ami")
    assert secret(tmp_path / "secrets", "ami") == first
    assert len(first) == 32
    assert secret(tmp_path / "secrets", "other") != first


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    secret(tmp_path / "secrets", "ami")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets" / "ami").stat().st_mode & 0o777 == 0o600


def test_a_kept_secret_replaces_the_old_one(tmp_path: Path) -> None:
    keep(tmp_path, "token", "one")
    keep(tmp_path, "token", "two")
    assert secret(tmp_path, "token") == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["token"]
