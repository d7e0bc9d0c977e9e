"""The password's proof, against the example of RFC 2617."""

import pytest

from agent_desk.demo.digest import authorization, challenge_of
from agent_desk.demo.sip_message import SipError, SipResponse

NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"


def answer(*challenges: str) -> SipResponse:
    headers = tuple(("WWW-Authenticate", one) for one in challenges)
    return SipResponse(status=401, reason="Unauthorized", headers=headers)


def test_the_proof_is_that_of_the_rfc() -> None:
    challenge = challenge_of(
        answer(f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{NONCE}", opaque="5ccc"')
    )
    proof = authorization(
        challenge, user="Mufasa", password="Circle Of Life", method="GET", uri="/dir/index.html", cnonce="0a4f113b"
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in proof
    assert 'opaque="5ccc"' in proof
    assert "qop=auth, nc=00000001" in proof


def test_without_qop_the_older_proof_is_given() -> None:
    challenge = challenge_of(answer(f'Digest realm="asterisk", nonce="{NONCE}", algorithm=md5'))
    proof = authorization(challenge, user="a", password="b", method="REGISTER", uri="sip:c", cnonce="d")
    assert "qop" not in proof
    assert proof.startswith('Digest username="a", realm="asterisk"')


def test_of_several_challenges_the_one_we_can_meet_is_taken() -> None:
    sha = f'Digest realm="one", nonce="{NONCE}", algorithm=SHA-256'
    assert challenge_of(answer(sha, f'Digest realm="two", nonce="{NONCE}", algorithm=MD5'))["realm"] == "two"


@pytest.mark.parametrize("challenge", ["Basic realm=x", "Digest realm=x", f'Digest nonce="{NONCE}", algorithm=SHA-256'])
def test_what_we_cannot_meet_is_an_error(challenge: str) -> None:
    with pytest.raises(SipError, match="no MD5 challenge"):
        challenge_of(answer(challenge))
