"""What can be known of the private Asterisk without running one; the rest is in tests/live."""

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from telephony.pbx_root import Installation, PbxError
from telephony.plan import PbxPlan
from telephony.private_pbx import PrivatePbx, open_way
from telephony.render import PlanRefused
from tests.telephony.plans import small_plan


def pbx_of(plan: PbxPlan) -> PrivatePbx:
    """One that would run whatever stands below an empty root."""
    nothing = Installation(
        root=plan.base / "root",
        version="22.0",
        uid=os.geteuid(),
        gid=os.getegid(),
        user=None,
        modules=frozenset(),
    )
    return PrivatePbx(nothing, plan)


def test_it_does_not_run_before_it_is_started(tmp_path: Path) -> None:
    pbx = pbx_of(small_plan(tmp_path))
    assert pbx.pid is None
    assert not pbx.running
    pbx.stop()


def test_a_process_that_only_has_the_number_is_not_taken_for_ours(tmp_path: Path) -> None:
    pbx = pbx_of(small_plan(tmp_path))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "pbx.pid").write_text(f"{os.getpid()} 1\n", encoding="ascii")
    assert pbx.pid is None
    (tmp_path / "run" / "pbx.pid").write_text("damaged", encoding="ascii")
    assert pbx.pid is None


def test_a_question_to_nobody_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PbxError, match="is it running"):
        pbx_of(small_plan(tmp_path)).cli("core show version")


@pytest.mark.parametrize(
    ("key", "kind"),
    [("sip_port", socket.SOCK_DGRAM), ("http_port", socket.SOCK_STREAM), ("ami_port", socket.SOCK_STREAM)],
)
def test_a_taken_port_is_named_with_its_key_and_nothing_is_started(
    tmp_path: Path, key: str, kind: socket.SocketKind
) -> None:
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            held.listen()
        port = held.getsockname()[1]
        free = structs.replace(small_plan(tmp_path), sip_port=1, http_port=1, ami_port=1)
        with pytest.raises(PbxError, match=f"Port {port} .*{key.partition('_')[0]}.*in use by"):
            pbx_of(structs.replace(free, **{key: port})).start()
    assert list(tmp_path.iterdir()) == []


def test_a_bad_plan_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused):
        pbx_of(structs.replace(small_plan(tmp_path), node="a b", sip_port=1, http_port=2, ami_port=3)).start()


def test_pass_words_and_recordings_are_closed_to_others(tmp_path: Path) -> None:
    pbx_of(small_plan(tmp_path)).write_configuration()
    for name in ("etc", "db", "recordings") if os.geteuid() == 0 else ():
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
    assert (tmp_path / "etc" / "asterisk" / "asterisk.conf").is_file()


def test_an_asterisk_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    plan = structs.replace(small_plan(tmp_path), sip_port=1, http_port=2, ami_port=3)
    pbx = pbx_of(plan)
    (tmp_path / "root" / "etc").mkdir(parents=True)
    with pytest.raises(PbxError, match=r"ended while starting|Only root"):
        pbx.start()
    assert pbx.pid is None
    assert "jt1" not in subprocess.run(["mount"], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_another_user_gets_into_a_closed_directory_and_no_process_else_sees_how(tmp_path: Path) -> None:
    base = tmp_path / "closed" / "pbx"
    base.mkdir(parents=True)
    base.parent.chmod(0o700)
    (base / "fact").write_text("seen", encoding="ascii")
    steps = "\n".join([*open_way(base), f"setpriv --reuid 65534 --clear-groups cat {base}/fact"])
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", steps]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("seen", "")
    assert str(tmp_path) not in Path("/proc/mounts").read_text(encoding="utf-8")
