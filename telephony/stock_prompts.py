"""The words Asterisk itself speaks: queue announcements, numbers, and the answers to agents' feature codes."""

_ZH_DIGITS = "零一二三四五六七八九"
_EN_DIGITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def stock_prompts(language: str) -> dict[str, str]:
    """Sound names below `sounds/<language>/` and what they say."""
    return _ZH | _zh_numbers() if language == "zh" else _EN | _en_numbers()


def _zh_numbers() -> dict[str, str]:
    """say.c composes 235 as 2, hundred, 30, 5; ten thousands and hundred millions have words of their own."""
    ones = {f"digits/{n}": digit for n, digit in enumerate(_ZH_DIGITS)}
    tens = {f"digits/{n}0": ("" if n == 1 else _ZH_DIGITS[n]) + "十" for n in range(1, 10)}
    powers = {"digits/hundred": "百", "digits/thousand": "千", "digits/wan": "万", "digits/yi": "亿"}
    return ones | tens | powers | {"digits/minus": "负"}


def _en_numbers() -> dict[str, str]:
    ones = {f"digits/{n}": word for n, word in enumerate(_EN_DIGITS)}
    tens = {f"digits/{n}0": word for n, word in enumerate(_EN_TENS, start=2)}
    powers = {f"digits/{word}": word for word in ("hundred", "thousand", "million")}
    return ones | tens | powers | {"digits/minus": "minus"}


_ZH = {
    # app_queue: "you are next" / "you are number" N "in the queue" / "about" N "minutes" / "thank you".
    "queue-youarenext": "您是下一位，请稍候，我们将尽快为您接通。",
    "queue-thereare": "您当前排在第",
    "queue-callswaiting": "位，",
    "queue-quantity1": "当前等候人数超过",
    "queue-quantity2": "位，",
    "queue-holdtime": "预计等待时间约",
    "queue-less-than": "少于",
    "queue-minute": "分钟",
    "queue-minutes": "分钟",
    "queue-seconds": "秒",
    "queue-thankyou": "感谢您的耐心等待。",
    "queue-reporthold": "来电者已等待",
    "queue-periodic-announce": "话务员正忙，请您稍候。",
    # The agents' codes of extensions/features.conf.
    "jt/feature-ready": "您已示闲。",
    "jt/feature-away": "您已示忙。",
    "jt/feature-nowhere": "您还没有签入队列。",
    "jt/feature-nothing": "没有可以代答的来电。",
    # ConfBridge speaks only in loud profiles; ours are quiet, but a missing file would be logged.
    "conf-onlyperson": "您是会议中的第一位。",
    "conf-hasjoin": "已加入。",
    "conf-hasleft": "已离开。",
}

_EN = {
    "queue-youarenext": "You are next in line. Please hold, we will be with you shortly.",
    "queue-thereare": "You are number",
    "queue-callswaiting": "in the queue.",
    "queue-quantity1": "There are more than",
    "queue-quantity2": "callers waiting.",
    "queue-holdtime": "The expected wait is about",
    "queue-less-than": "less than",
    "queue-minute": "minute",
    "queue-minutes": "minutes",
    "queue-seconds": "seconds.",
    "queue-thankyou": "Thank you for your patience.",
    "queue-reporthold": "The caller has waited",
    "queue-periodic-announce": "All agents are busy. Please hold.",
    "jt/feature-ready": "You are ready.",
    "jt/feature-away": "You are not ready.",
    "jt/feature-nowhere": "You are not signed in to any queue.",
    "jt/feature-nothing": "There is no call to pick up.",
    "conf-onlyperson": "You are the first in the conference.",
    "conf-hasjoin": "has joined.",
    "conf-hasleft": "has left.",
}
