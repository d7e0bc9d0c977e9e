"""How a telephone proves its password: SIP digest with MD5 (RFC 2617), as Asterisk asks for it."""

import hashlib
import re

from agent_desk.demo.sip_message import SipError, SipResponse

_FIELD = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


def challenge_of(answer: SipResponse) -> dict[str, str]:
    """Return the fields of the MD5 challenge in a 401.

    Raises:
        SipError: there is no challenge that we can meet.

    """
    for value in answer.every("WWW-Authenticate"):
        scheme, _, rest = value.partition(" ")
        fields = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(rest)}
        if scheme.lower() == "digest" and fields.get("algorithm", "MD5").upper() == "MD5" and "nonce" in fields:
            return fields
    raise SipError("no MD5 challenge in a 401")


def authorization(challenge: dict[str, str], *, user: str, password: str, method: str, uri: str, cnonce: str) -> str:
    """Return the value of the Authorization header.

    Args:
        cnonce: unforeseeable characters of our own.

    """
    realm, nonce = challenge.get("realm", ""), challenge["nonce"]
    one, two = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    fields = f'username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    if "opaque" in challenge:
        fields += f', opaque="{challenge["opaque"]}"'
    if "auth" in challenge.get("qop", "").split(","):
        proof = _md5(f"{one}:{nonce}:00000001:{cnonce}:auth:{two}")
        return f'Digest {fields}, qop=auth, nc=00000001, cnonce="{cnonce}", response="{proof}"'
    return f'Digest {fields}, response="{_md5(f"{one}:{nonce}:{two}")}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
