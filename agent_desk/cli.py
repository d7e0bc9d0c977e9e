"""The `jietong` command: arguments only; the work is elsewhere."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agent_desk import commands
from agent_desk.answers_command import run_answers
from agent_desk.audit_command import run_audit
from agent_desk.call_command import run_call
from agent_desk.callbacks_command import run_callbacks
from agent_desk.command_errors import OUTSIDE, REFUSALS, sentence_of
from agent_desk.console_command import run_console
from agent_desk.demo.commands import add_demo
from agent_desk.replay import run_replay
from agent_desk.transfers_command import run_transfers
from agent_desk.user_command import run_user


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. What is refused is one sentence on standard error."""
    arguments = _parser().parse_args(argv)
    work: Callable[[argparse.Namespace], int] = arguments.work
    try:
        return work(arguments)
    except REFUSALS as refused:
        print(f"jietong: {refused}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0  # the reader of our output has seen enough
    except OUTSIDE as error:
        print(f"jietong: {sentence_of(error)}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jietong", description="接通 Jietong: a contact centre for 12345 hotlines")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    run = verbs.add_parser("run", help="start Asterisk, the floor and the pages; Ctrl-C stops all of it")
    run.add_argument("--standby", action="store_true", help="wait while another holds the data directory; take over")
    run.add_argument("--leave-asterisk", action="store_true", help="on Ctrl-C end all but Asterisk: the line goes on")
    run.set_defaults(work=commands.run)

    doctor = verbs.add_parser("doctor", help="check everything that stops a newcomer, one line each with the mend")
    doctor.set_defaults(work=commands.doctor)

    console = verbs.add_parser("console", help="one command on the console of our Asterisk, at this machine, as root")
    console.add_argument("words", nargs="+", metavar="COMMAND", help="for example: core show channels")
    console.set_defaults(work=run_console)

    calls = verbs.add_parser("calls", help="export calls whose outcome is known, one JSON object a line")
    calls.add_argument("--since", required=True, metavar="T", help="ISO time (local if no zone), `today`, or epoch ms")
    calls.add_argument("--until", metavar="T", help="the same; default: now")
    calls.add_argument("--json", action="store_true", help="the only format, named so that scripts stay readable")
    calls.set_defaults(work=commands.calls)

    call = verbs.add_parser("call", help="one call's timeline in words: rings, talks, holds, transfers, its ticket")
    call.add_argument("call", metavar="ID", help="the call's id, as in `calls` and on the board")
    call.set_defaults(work=run_call)

    transfers = verbs.add_parser("transfers", help="how each line of the directory answered, with counts and rules")
    transfers.add_argument("--since", required=True, metavar="T", help="asked for from then on; as for `calls`")
    transfers.add_argument("--until", metavar="T", help="asked for before; default: now")
    transfers.add_argument("--json", action="store_true", help="the counts as one JSON object")
    transfers.set_defaults(work=run_transfers)

    answers = verbs.add_parser("answers", help="written answers that tickets wait for from experts, until when")
    answers.add_argument("--overdue", action="store_true", help="only those whose last day is over")
    answers.add_argument("--json", action="store_true", help="as JSON; otherwise a line each in words")
    answers.set_defaults(work=run_answers)

    callbacks = verbs.add_parser("callbacks", help="callers who are owed a call back, the longest waiting first")
    callbacks.add_argument("--full", action="store_true", help="whole numbers; the ledger says who saw them")
    callbacks.add_argument("--json", action="store_true", help="as JSON; otherwise a line each in words")
    callbacks.add_argument("--done", metavar="TICKET", help="note that the caller of this ticket was reached")
    callbacks.set_defaults(work=run_callbacks)

    audit = verbs.add_parser("audit", help="compare our calls and figures with Asterisk's own logs, call by call")
    audit.add_argument("--since", required=True, metavar="T", help="calls offered from then on; as for `calls`")
    audit.add_argument("--until", metavar="T", help="calls offered before; default: now")
    audit.add_argument("--json", action="store_true", help="one JSON object; otherwise one line, or one a difference")
    audit.add_argument("--tolerance-ms", type=int, default=100, help="how far times may differ; default: 100")
    audit.set_defaults(work=run_audit)

    board = verbs.add_parser("board", help="the wallboard of the running product")
    board.add_argument("--json", action="store_true", help="as JSON; otherwise the headline figures in words")
    board.set_defaults(work=commands.board)

    replay = verbs.add_parser(
        "replay", help="fold the journal anew: headline figures, and a hash to compare two replays"
    )
    begin = replay.add_mutually_exclusive_group()
    begin.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a segment or a journal's directory; else ours"
    )
    begin.add_argument("--from", dest="since", metavar="T", help="begin with the snapshot before; times as for `calls`")
    replay.add_argument("--until", metavar="SEQ|T", help="the last fact's number, or the newest time; default: the end")
    replay.set_defaults(work=run_replay)

    token = verbs.add_parser("token", help="make a bearer token for a program")
    token.add_argument("--role", required=True, choices=("agent", "supervisor", "admin"))
    token.add_argument("--label", default="cli", help="who the ledger says it was")
    token.add_argument("--days", type=int, default=30, help="how long it is good; 0: for ever")
    token.set_defaults(work=commands.token)

    user = verbs.add_parser("user", help="people who may log in; passwords are read from standard input")
    user.add_argument("user", help="what they type at the log-in; with --name and --role: a new person")
    user.add_argument("--name", help="of a new person")
    user.add_argument("--role", choices=("agent", "supervisor", "admin"), help="of a new person")
    user.add_argument("--agent", help="a new person's agent number, one of the seats")
    change = user.add_mutually_exclusive_group()
    change.add_argument("--password", action="store_true", help="another password for one who is there")
    change.add_argument("--close", action="store_true", help="end their log-in, and tokens labelled with their name")
    change.add_argument("--reopen", action="store_true", help="let one who was closed log in again, new password")
    user.set_defaults(work=run_user)

    add_demo(verbs)
    return parser
