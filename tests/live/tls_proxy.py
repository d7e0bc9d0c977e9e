"""An nginx with TLS in front of the product, configured by what the runbook tells to write."""

import base64
import hashlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

import pytest

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
_BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
_START_SECONDS = 20.0
_AROUND = """
daemon off;
worker_processes 1;
pid {home}/pid;
error_log {home}/error.log;
events {{ }}
http {{
    access_log {home}/access.log;
    include /etc/nginx/mime.types;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/jietong.conf;
}}
"""


class TlsProxy:
    """One nginx. A context manager: left, it is ended.

    Args:
        host: the address it has.
        tls, plain: its ports.
        web, phones: where the product's pages and Asterisk's web server are, at 127.0.0.1.

    """

    def __init__(self, host: str, *, tls: int, plain: int, web: int, phones: int) -> None:
        self._host, self._tls, self._plain = host, tls, plain
        self.web, self.phones = web, phones
        self._home = Path(tempfile.mkdtemp(prefix="jt-nginx-"))
        self._home.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self.certificate = self._home / "hotline.pem"

    @property
    def https(self) -> str:
        """Where browsers find the pages."""
        return f"https://{self._host}:{self._tls}"

    @property
    def http(self) -> str:
        """Where they find them without TLS, as by a proxy that somebody has not finished."""
        return f"http://{self._host}:{self._plain}"

    @property
    def wss(self) -> str:
        """Where browsers find their telephone's other end."""
        return f"wss://{self._host}:{self._tls}/phone"

    def __enter__(self) -> "TlsProxy":
        if shutil.which("nginx") is None or shutil.which("openssl") is None:
            pytest.skip("no nginx or no openssl on this machine")
        self._certify()
        self._write()
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        """Run, and wait until it can be reached."""
        self._process = subprocess.Popen(["nginx", "-c", str(self._home / "nginx.conf"), "-p", str(self._home)])
        give_up = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection((self._host, self._tls), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, (self._home / "error.log").read_text()
                assert time.monotonic() < give_up, "nginx does not answer"
                time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, with every connection it carries."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def key_hash(self) -> str:
        """Return the certificate's public key as Chromium wants it to be told whom to trust."""
        pem = subprocess.run(
            ["openssl", "x509", "-in", str(self.certificate), "-pubkey", "-noout"], capture_output=True, check=True
        ).stdout.decode()
        der = base64.b64decode("".join(pem.splitlines()[1:-1]))
        return base64.b64encode(hashlib.sha256(der).digest()).decode()

    def _certify(self) -> None:
        subject = ["-subj", f"/CN={self._host}", "-addext", f"subjectAltName=IP:{self._host}"]
        files = ["-keyout", str(self._home / "hotline.key"), "-out", str(self.certificate)]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
        subprocess.run(command, capture_output=True, check=True)

    def _write(self) -> None:
        found = _BLOCK.search(RUNBOOK.read_text(encoding="utf-8"))
        assert found is not None, "the runbook has no block ```nginx"
        text = found.group(1)
        for shown, here in (
            ("listen 443 ssl;", f"listen {self._host}:{self._tls} ssl; listen {self._host}:{self._plain};"),
            ("/etc/ssl/certs/hotline.pem", str(self.certificate)),
            ("/etc/ssl/private/hotline.key", str(self._home / "hotline.key")),
            ("http://127.0.0.1:8088/ws", f"http://127.0.0.1:{self.phones}/ws"),
            ("http://127.0.0.1:8345", f"http://127.0.0.1:{self.web}"),
        ):
            assert text.count(shown) == 1, f"the runbook's block has {shown} {text.count(shown)} times"
            text = text.replace(shown, here)
        (self._home / "jietong.conf").write_text(text, encoding="utf-8")
        (self._home / "nginx.conf").write_text(_AROUND.format(home=self._home), encoding="utf-8")
