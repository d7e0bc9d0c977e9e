"""SIPp's scenarios of the crowd: what citizens' and agents' telephones say, and what they write down."""

from collections.abc import Sequence
from pathlib import Path

_SDP = """v=0
o=crowd 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 {host}
t=0 0
m=audio {port} RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""
SILENT = ("[local_ip]", 9)
"""Where nobody hears anything."""
_REFUSALS = (401, 403, 404, 408, 480, 481, 486, 500, 503)
"""What a hotline that is not ready for calls may answer."""
TAKEN_SECONDS = 45
"""How long a caller waits for the hotline to take the call: it answers at once, unless it is dead."""
BYE_SECONDS = 8.0
"""How long a hung-up call may stay unconfirmed: Asterisk may be dead."""


def callers(prefix: str, stays_ms: Sequence[int], media: tuple[str, int] = SILENT, speaks: Path | None = None) -> str:
    """Return the citizens' scenario: ring in, stay for one of these times at most, hang up or be hung up.

    They hear at `media`, and speak what a capture file holds, if there is one.

    Log: `invited|heard|up|caller|hotline|unanswered|refused NUMBER SECONDS MICROSECONDS`.
    """
    number = f"{prefix}[call_number]"
    steps = [
        _log("invited", number),
        _caller_request(number, "INVITE", 1, body=_sdp(media), retrans=True),
        f'<recv response="100" optional="true">{_actions("heard", number)}</recv>',
        '<recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/>',
        *(f'<recv response="{status}" optional="true" next="refused"/>' for status in _REFUSALS),
        f'<recv response="200" timeout="{TAKEN_SECONDS * 1000}" ontimeout="unanswered">{_actions("up", number)}</recv>',
        _caller_request(number, "ACK", 1, to="[peer_tag_param]"),
        *([] if speaks is None else [f'<nop><action><exec play_pcap_audio="{speaks}"/></action></nop>']),
        *_choice("stay", len(stays_ms)),
    ]
    for index, stays in enumerate(stays_ms):
        steps += [
            f'<label id="stay{index}"/>',
            f'<recv request="BYE" timeout="{stays}" ontimeout="leave" next="gone"/>',
        ]
    steps += [
        '<label id="leave"/>',
        _log("caller", number),
        _caller_request(number, "BYE", 2, to="[peer_tag_param]", retrans=True),
        # The other side may hang up in the same moment.
        '<recv request="BYE" optional="true" next="both"/>',
        '<recv response="481" optional="true" next="end"/>',
        f'<recv response="200" timeout="{int(BYE_SECONDS * 1000)}" ontimeout="end" next="end"/>',
        '<label id="both"/>',
        _answer("200 OK"),
        f'<recv response="200" timeout="{int(BYE_SECONDS * 1000)}" ontimeout="end" next="end"/>',
        '<label id="gone"/>',
        _log("hotline", number),
        _answer("200 OK", next_step="end"),
        '<label id="unanswered"/>',
        _log("unanswered", number),
        '<nop next="end"/>',
        '<label id="refused"/>',
        _log("refused", number),
        _caller_request(number, "ACK", 1, to="[peer_tag_param]"),
        '<label id="end"/>',
        "<nop/>",
    ]
    return _scenario("citizens", steps)


def telephones(rings_ms: int, talks_ms: Sequence[int], media: tuple[str, int] = SILENT) -> str:
    """Return the agents' scenario: ring so long, answer, talk for one of these times at most, hang up.

    Log: `rung CALL CALLER SEAT ...`, then `answered|agent|hotline|cancelled CALL ...`, times as above.
    """
    call = "[call_number]"
    bye = f'<recv response="200" timeout="{int(BYE_SECONDS * 1000)}" ontimeout="end" next="end"/>'
    steps = [
        f'<recv request="INVITE">{_rung(call)}</recv>',
        '<Reference variables="whole"/>',
        _answer("180 Ringing", tag=True),
        f'<recv request="CANCEL" timeout="{rings_ms}" ontimeout="answer" next="cancelled"/>',
        '<label id="answer"/>',
        _answer("200 OK", tag=True, body=_sdp(media), retrans=True),
        # Answered and cancelled in the same moment: the caller was quicker.
        '<recv request="CANCEL" optional="true" next="crossed"/>',
        f'<recv request="ACK" timeout="32000" ontimeout="end">{_actions("answered", call, _KEEP_ACK)}</recv>',
        *_choice("talk", len(talks_ms)),
    ]
    for index, talk in enumerate(talks_ms):
        steps += [
            f'<label id="talk{index}"/>',
            f'<recv request="BYE" timeout="{talk}" ontimeout="leave" next="gone"/>',
        ]
    steps += [
        '<label id="leave"/>',
        _log("agent", call),
        _AGENT_BYE,
        '<recv request="BYE" optional="true" next="both"/>',
        '<recv response="481" optional="true" next="end"/>',
        bye,
        '<label id="both"/>',
        _answer("200 OK"),
        bye,
        '<label id="gone"/>',
        _log("hotline", call),
        _answer("200 OK", next_step="end"),
        '<label id="crossed"/>',
        _log("cancelled", call),
        _answer("200 OK"),
        '<recv request="ACK" timeout="32000" ontimeout="end"/>',
        '<recv request="BYE" timeout="32000" ontimeout="end"/>',
        _answer("200 OK", next_step="end"),
        '<label id="cancelled"/>',
        _log("cancelled", call),
        _answer("200 OK"),
        _answer("487 Request Terminated", cseq="[$cseq] INVITE", tag=True, retrans=True),
        '<recv request="ACK" timeout="32000" ontimeout="end"/>',
        '<label id="end"/>',
        "<nop/>",
    ]
    return _scenario("telephones", steps)


_CLOCK = '<gettimeofday assign_to="seconds,micros"/>'
_KEEP_ACK = (
    '<ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="them"/>'
    '<ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="us"/>'
)
_AGENT_BYE = """<send retrans="500"><![CDATA[BYE [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$us]
To: [$them]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>"""


def _sdp(media: tuple[str, int]) -> str:
    host, port = media
    return _SDP.format(host=host, port=port)


def _scenario(name: str, steps: Sequence[str]) -> str:
    return f'<?xml version="1.0"?><scenario name="{name}">' + "\n".join(steps) + "</scenario>"


def _actions(what: str, who: str, more: str = "") -> str:
    return f'<action>{more}{_CLOCK}<log message="{what} {who} [$seconds] [$micros]"/></action>'


def _log(what: str, who: str) -> str:
    return f"<nop>{_actions(what, who)}</nop>"


def _rung(call: str) -> str:
    """What is kept of an INVITE: who calls whom, and what a later answer and request of ours need."""
    found = (
        ('"sip:([0-9]+)@"', "From:", "whole,caller"),
        ('"sip:([0-9]+)-sip"', "To:", "whole,seat"),
        ('"[0-9]+"', "CSeq:", "cseq"),
        ('"sip:[^;>]*"', "Contact:", "contact"),
    )
    kept = "".join(
        f'<ereg regexp={wanted} search_in="hdr" header="{header}" assign_to="{names}"/>'
        for wanted, header, names in found
    )
    return f'<action>{kept}{_CLOCK}<log message="rung {call} [$caller] [$seat] [$seconds] [$micros]"/></action>'


def _choice(label: str, count: int) -> list[str]:
    """Go on at one of so many labels, each as likely."""
    return [f'<nop next="{label}{left - 1}" chance="{1 / left:.4f}"/>' for left in range(count, 1, -1)] + [
        f'<nop next="{label}0"/>'
    ]


def _caller_request(
    number: str, method: str, sequence: int, *, to: str = "", body: str = "", retrans: bool = False
) -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    attributes = ' retrans="500"' if retrans else ""
    return f"""<send{attributes}><![CDATA[{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{number}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: {sequence} {method}
Contact: <sip:{number}@[local_ip]:[local_port]>
Max-Forwards: 70
{kind}Content-Length: [len]

{body}]]></send>"""


def _answer(
    status: str,
    *,
    tag: bool = False,
    body: str = "",
    retrans: bool = False,
    cseq: str = "",
    next_step: str = "",
) -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    attributes = (' retrans="500"' if retrans else "") + (f' next="{next_step}"' if next_step else "")
    return f"""<send{attributes}><![CDATA[SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]{";tag=[pid]t[call_number]" if tag else ""}
[last_Call-ID:]
{f"CSeq: {cseq}" if cseq else "[last_CSeq:]"}
Contact: <sip:[local_ip]:[local_port]>
{kind}Content-Length: [len]

{body}]]></send>"""
