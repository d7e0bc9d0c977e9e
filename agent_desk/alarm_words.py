"""The catalogue of alarms: how loud each is, which part of the house it belongs to, and its sentences."""

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How loud an alarm is."""

    CRITICAL = "critical"
    """What the screens show cannot be trusted, or facts are about to be lost."""
    WARNING = "warning"
    """Somebody should look today; calls and figures are right or come right by themselves."""


class AlarmKey(StrEnum):
    """What can be wrong; docs/runbook.md has a row for each."""

    PBX_LOST = "pbx_lost"
    PBX_REFUSED = "pbx_refused"
    STANDBY = "standby"
    OVERLOAD = "overload"
    FACTS_UNKEPT = "facts_unkept"
    JOURNAL_BLOCKED = "journal_blocked"
    EVENTS_LATE = "events_late"
    CLOCKS_APART = "clocks_apart"
    RECORDER_BEHIND = "recorder_behind"
    EFFECTS_REJECTED = "effects_rejected"
    FACTS_REFUSED = "facts_refused"
    DEAD_MEMBER = "dead_member"
    NOT_REGISTERED = "not_registered"
    IN_USE_WITHOUT_CALL = "in_use_without_call"
    FREE_IN_CALL = "free_in_call"
    HELP_ASKED = "help_asked"
    LINE_UNREACHABLE = "line_unreachable"
    LINE_STALE = "line_stale"


class Sentences(Struct, frozen=True, kw_only=True):
    """What is wrong and what to do, in both languages; `{subject}`, `{count}` and `{seconds}` are filled in."""

    zh: str
    en: str
    do_zh: str
    do_en: str


class AlarmWords(Struct, frozen=True, kw_only=True):
    """One entry of the catalogue."""

    level: Level
    part: str
    """Of /healthz; empty: it is a matter of the floor, and the program is well."""
    board: Sentences
    desk: Sentences | None = None
    """What the agents concerned are told; None: it is none of their business."""


_UNHEARD = Sentences(
    zh="听不到电话系统,您的状态未知",
    en="The telephone system is not heard; your state is unknown",
    do_zh="正在通话请继续,工单照填;恢复后画面自动更新",
    do_en="Go on talking and writing; the screen follows when it is back",
)

ALARM_WORDS: dict[AlarmKey, AlarmWords] = {
    AlarmKey.PBX_LOST: AlarmWords(
        level=Level.CRITICAL,
        part="asterisk",
        board=Sentences(
            zh="听不到电话系统,坐席状态未知",
            en="Asterisk is not heard; every presence is unknown",
            do_zh="正在自动重连;超过一分钟请查 Asterisk 是否在运行",
            do_en="Reconnecting by itself; after a minute look at Asterisk",
        ),
        desk=_UNHEARD,
    ),
    AlarmKey.PBX_REFUSED: AlarmWords(
        level=Level.CRITICAL,
        part="asterisk",
        board=Sentences(
            zh="电话系统拒绝本系统的口令",
            en="Asterisk refuses our password",
            do_zh="不会再自动重试:请停止本系统再启动,见运维手册",
            do_en="It is not tried again: stop and start, see the runbook",
        ),
        desk=_UNHEARD,
    ),
    AlarmKey.STANDBY: AlarmWords(
        level=Level.WARNING,
        part="asterisk",
        board=Sentences(
            zh="电话系统由另一台服务器管理,本机待命",
            en="Another server holds Asterisk; this one stands by",
            do_zh="请看那一台的大屏;它停下后本机五秒内接管",
            do_en="Look at that one's board; this one takes over within 5 s",
        ),
        desk=Sentences(
            zh="电话系统由另一台服务器管理,本页的状态未知",
            en="Another server holds the telephone system; your state is unknown here",
            do_zh="请到那一台服务器的工作台上工作",
            do_en="Work at the desk of that server",
        ),
    ),
    AlarmKey.OVERLOAD: AlarmWords(
        level=Level.CRITICAL,
        part="inbox",
        board=Sentences(
            zh="{count} 条消息等待处理,画面滞后",
            en="{count} facts are waiting; the screen lags",
            do_zh="通话不受影响;请查服务器负载",
            do_en="Calls are not affected; look at the machine's load",
        ),
    ),
    AlarmKey.FACTS_UNKEPT: AlarmWords(
        level=Level.CRITICAL,
        part="journal",
        board=Sentences(
            zh="磁盘和内存都已满,{count} 条消息没有存下",
            en="Disk and memory full: {count} facts not kept",
            do_zh="请勿重启!腾出磁盘空间,之后会自动补存",
            do_en="Do not restart! Make room; the rest follows by itself",
        ),
    ),
    AlarmKey.JOURNAL_BLOCKED: AlarmWords(
        level=Level.CRITICAL,
        part="journal",
        board=Sentences(
            zh="日志写不进磁盘",
            en="The journal cannot be written",
            do_zh="通话照常,工单暂缓写入;请腾出磁盘空间",
            do_en="Calls go on and tickets wait; make room on the disk",
        ),
    ),
    AlarmKey.EVENTS_LATE: AlarmWords(
        level=Level.WARNING,
        part="asterisk",
        board=Sentences(
            zh="电话系统的消息迟到 {seconds} 秒",
            en="Asterisk's messages come {seconds} s late",
            do_zh="画面滞后,数字随后会准;请查服务器负载",
            do_en="The screen lags, figures come right; look at the load",
        ),
    ),
    AlarmKey.CLOCKS_APART: AlarmWords(
        level=Level.WARNING,
        part="asterisk",
        board=Sentences(
            zh="本机时钟与电话系统差了 {seconds} 秒,已按后者校正",
            en="Our clock was {seconds} s off; it follows Asterisk's",
            do_zh="等待与通话时长不受影响;请为两台机器校时",
            do_en="Waits and talks are right; set both machines' clocks",
        ),
    ),
    AlarmKey.RECORDER_BEHIND: AlarmWords(
        level=Level.WARNING,
        part="recorder",
        board=Sentences(
            zh="数据库写入滞后,{count} 项待写",
            en="The database lags: {count} records to be written",
            do_zh="通话与大屏不受影响,恢复后自动补写;请查数据库",
            do_en="Calls and boards go on; look at the database",
        ),
    ),
    AlarmKey.EFFECTS_REJECTED: AlarmWords(
        level=Level.WARNING,
        part="recorder",
        board=Sentences(
            zh="数据库拒收 {count} 项记录",
            en="The database rejected {count} records",
            do_zh="原因在 recorder_rejects 表中;请逐项补救",
            do_en="The reasons are in the table recorder_rejects; mend each",
        ),
    ),
    AlarmKey.FACTS_REFUSED: AlarmWords(
        level=Level.WARNING,
        part="inbox",
        board=Sentences(
            zh="{count} 条消息无法处理",
            en="{count} facts could not be folded",
            do_zh="这是程序缺陷:请运行 jietong audit,并把日志交给开发者",
            do_en="A defect of ours: run jietong audit, report it and the log",
        ),
    ),
    AlarmKey.HELP_ASKED: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="{subject} 在通话中求助",
            en="{subject} asks for help on a call",
            do_zh="请班长监听或耳语,必要时拦截",
            do_en="Listen or whisper; take over if need be",
        ),
    ),
    AlarmKey.DEAD_MEMBER: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="{subject} 空闲却不被振铃,已重新入队 {count} 次",
            en="{subject} was free, not rung; put in anew {count} times",
            do_zh="下一次振铃后自动消除;持续不消请坐席签出再签入",
            do_en="Ends with the next ring; else sign out and in again",
        ),
    ),
    AlarmKey.NOT_REGISTERED: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="{subject} 话机没有注册,接不到来电",
            en="{subject}: phone not registered, gets no calls",
            do_zh="请坐席重新注册话机,或检查话机的电源与网线",
            do_en="Let the agent register it again; check power and network",
        ),
        desk=Sentences(
            zh="您的话机没有注册,接不到来电",
            en="Your telephone is not registered and gets no calls",
            do_zh="浏览器话机请点重新注册;SIP 话机请检查电源与网线",
            do_en="Browser phone: register it again; SIP phone: check power and network",
        ),
    ),
    AlarmKey.IN_USE_WITHOUT_CALL: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="{subject} 话机显示占用,却没有热线通话,接不到来电",
            en="{subject}: phone in use without a call, gets none",
            do_zh="请坐席挂好话机,或结束话机上的其他通话",
            do_en="Put the handset down, or end the other call on it",
        ),
        desk=Sentences(
            zh="您的话机显示占用,却没有热线通话,接不到来电",
            en="Your telephone is in use without a call of ours and gets none",
            do_zh="请挂好话机,或结束话机上的其他通话",
            do_en="Put the handset down, or end the other call on it",
        ),
    ),
    AlarmKey.FREE_IN_CALL: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="{subject} 正在通话,话机却显示空闲",
            en="{subject} is in a call, but the phone shows free",
            do_zh="请坐席确认仍在通话;若已结束,请在工作台挂断",
            do_en="Ask the agent; if it is over, hang up on the desk",
        ),
        desk=Sentences(
            zh="您正在通话,话机却显示空闲",
            en="You are in a call, but your telephone shows free",
            do_zh="仍在通话请继续;若已结束,请点挂断",
            do_en="Go on if you are talking; if it is over, press hang up",
        ),
    ),
    AlarmKey.LINE_UNREACHABLE: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="通讯录 {subject} 连不上",
            en="Directory line {subject} cannot be reached",
            do_zh="转接前请先确认;请查对方平台与中继",
            do_en="Ask before transferring; look at the trunk",
        ),
    ),
    AlarmKey.LINE_STALE: AlarmWords(
        level=Level.WARNING,
        part="",
        board=Sentences(
            zh="通讯录 {subject} 状态已过期",
            en="What directory line {subject} told is out of date",
            do_zh="显示的空闲与等待不可信;请查对方平台",
            do_en="Do not believe its numbers; look at their platform",
        ),
    ),
}
"""The worst first: boards show them in this order."""
