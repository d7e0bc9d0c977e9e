"""The settings: defaults, file, variables, and every refusal in one sentence that names the place."""

import json
import re
from pathlib import Path

import pytest

from config.load import SHIPPED, SettingsError, load_settings
from config.settings import Settings, Web


def refusal(tmp_path: Path, text: str = "", **environ: str) -> str:
    """The sentence with which `text` and the variables are refused."""
    path = tmp_path / "s.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_settings(path, environ)
    return str(refused.value).replace(f"{path}", "s.toml")


def test_the_shipped_file_says_the_defaults() -> None:
    assert load_settings(SHIPPED / "jietong.toml", {}) == Settings()


def test_a_named_file_wins_over_the_variable_and_both_over_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[web]\nport = 9001\n")
    (tmp_path / "b.toml").write_text("[web]\nport = 9002\n")
    environ = {"JIETONG_SETTINGS": str(tmp_path / "b.toml")}
    assert load_settings(tmp_path / "a.toml", environ).web.port == 9001
    assert load_settings(None, environ).web.port == 9002
    assert load_settings(None, {}).web.port == Web().port


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[web]\nport = 9001\n[demo]\nenabled = true\n")
    settings = load_settings(
        tmp_path / "a.toml",
        {
            "JIETONG_WEB_PORT": " 9002 ",
            "JIETONG_DEMO_ENABLED": "No",
            "JIETONG_SIP_TRUNK_ADDRESSES": "10.0.0.1, 10.2.0.0/16",
            "JIETONG_DATABASE_URL": "postgresql://u:p@db/jt",
            "PATH": "/bin",
        },
    )
    assert settings.web.port == 9002
    assert settings.demo.enabled is False
    assert settings.sip.trunk_addresses == ("10.0.0.1", "10.2.0.0/16")
    assert settings.database.url == "postgresql://u:p@db/jt"


def test_the_variables_of_installation_and_tests_are_not_settings() -> None:
    environ = {"JIETONG_PBX_ROOT": "/pbx", "JIETONG_TEST_ANYTHING": "1", "JIETONG_SETTINGS": ""}
    assert load_settings(None, environ) == Settings()


def test_a_relative_data_directory_is_below_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}).data_directory == tmp_path / "var"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[wbe]\n", "s.toml: unknown section [wbe]; did you mean 'web'?"),
        ("[web]\nprot = 1\n", "s.toml: unknown key 'prot' in section [web]; did you mean 'port'?"),
        ("[web]\nzzz = 1\n", "s.toml: unknown key 'zzz' in section [web]; valid: host, port, session_hours."),
        ("web = 1\n", "s.toml: web = 1: write it as a section, [web]."),
        ("[web]\nport = 70000\n", "s.toml: web.port = 70000: valid is a whole number from 1 to 65535."),
        ("[web]\nport = '80'\n", "s.toml: web.port = '80': valid is a whole number from 1 to 65535."),
        ("[web]\nport = true\n", "s.toml: web.port = True: valid is a whole number from 1 to 65535."),
        ("[demo]\nenabled = 1\n", "s.toml: demo.enabled = 1: valid is true or false."),
        ("[sip]\nport = 8345\n", "s.toml: sip.port = 8345: is web.port already; choose another port."),
        ("[sip]\nport = 10500\n", "s.toml: sip.port = 10500: lies in the RTP range 10000-19999."),
        (
            "[sip]\nrtp_last = 10001\n",
            "s.toml: sip.rtp_last = 10001: must be at least 99 above rtp_first, 10000.",
        ),
        (
            "[sip]\ntrunk_addresses = ['trunk']\n",
            "s.toml: sip.trunk_addresses = 'trunk': is no IP address or network such as 10.1.2.0/24.",
        ),
        ("[seats]\ncount = 10\n", "s.toml: demo.agents (default) = 240: must be at most seats.count, 10."),
        ("[data]\ndirectory = ''\n", "s.toml: data.directory = '': valid is text that is not empty."),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    assert refusal(tmp_path, text) == sentence


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("JIETONG_WEB_PROT", "1", "variable JIETONG_WEB_PROT: is no setting; did you mean JIETONG_WEB_PORT?"),
        (
            "JIETONG_WEB_PORT",
            "x",
            "variable JIETONG_WEB_PORT = 'x': valid is a whole number from 1 to 65535.",
        ),
        ("JIETONG_DEMO_ENABLED", "2", "variable JIETONG_DEMO_ENABLED = '2': valid is true or false."),
        (
            "JIETONG_PBX_NODE",
            "a;b",
            "variable JIETONG_PBX_NODE = 'a;b': valid is text that matches [A-Za-z0-9][A-Za-z0-9_-]{0,31}.",
        ),
        (
            "JIETONG_AMI_PORT",
            "8088",
            "variable JIETONG_AMI_PORT = 8088: is pbx.http_port already; choose another port.",
        ),
        (
            "JIETONG_QUITE_OTHER",
            "1",
            "variable JIETONG_QUITE_OTHER: is no setting; "
            "valid are JIETONG_<SECTION>_<KEY> with the sections and keys of config/jietong.toml.",
        ),
    ],
)
def test_what_is_wrong_in_a_variable_is_one_sentence(tmp_path: Path, variable: str, value: str, sentence: str) -> None:
    assert refusal(tmp_path, "", **{variable: value}) == sentence


@pytest.mark.parametrize(
    "address",
    [
        "ws://10.1.2.3:8088/ws",  # a browser refuses it
        "ws://hotline.example.gov.cn/phone",
        "https://hotline.example.gov.cn/phone",
        "hotline.example.gov.cn/phone",
        "wss://",
        "wss:///phone",
        "wss://hotline.example.gov.cn:/phone",
        "wss://hotline.example.gov.cn:0/phone",
        "wss://hotline.example.gov.cn:70000/phone",
        "wss://[::1/phone",
        "wss://user:secret@hotline.example.gov.cn/phone",
        "wss://hotline.example.gov.cn/phone?a=b",
        "wss://hotline.example.gov.cn/phone; script-src *",
        "wss://hotline.example.gov.cn/phone\n",
    ],
)
def test_an_address_no_browser_would_open_its_telephone_to_is_refused(tmp_path: Path, address: str) -> None:
    assert refusal(tmp_path, f"[pbx]\nwebsocket = {json.dumps(address)}\n") == (
        f"s.toml: pbx.websocket = {address!r}: must be empty or like wss://hotline.example.gov.cn/phone; browsers "
        "refuse ws:// to other machines than their own."
    )


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "ws://127.0.0.1:8088/ws"),
        ("wss://hotline.example.gov.cn/phone", "wss://hotline.example.gov.cn/phone"),
        ("wss://10.1.2.3:8443", "wss://10.1.2.3:8443"),
        ("ws://localhost:9000/phone", "ws://localhost:9000/phone"),
        ("ws://[::1]:9000/phone", "ws://[::1]:9000/phone"),
    ],
)
def test_browsers_are_told_the_proxys_address_or_asterisks_own(address: str, told: str) -> None:
    assert load_settings(None, {"JIETONG_PBX_WEBSOCKET": address}).phone_websocket == told


def test_a_refused_address_does_not_show_its_password(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "", JIETONG_DATABASE_URL="mysql://root:secret@db/jt")
    assert "secret" not in sentence
    assert "must begin with one of postgresql://, sqlite://" in sentence


def test_a_name_with_a_line_end_is_refused(tmp_path: Path) -> None:
    assert "ami.user" in refusal(tmp_path, '[ami]\nuser = "a\\n"\n')


def test_a_file_that_is_not_there_or_not_toml(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {})
    assert re.match(r"s\.toml: is not valid TOML: .*line 1.*\.$", refusal(tmp_path, "[web\n"))
