"""How the interface answers."""

import json

from agent_desk.answers import ApiError, answer, api_error, documented
from agent_desk.wire import BoardSnapshot
from agent_desk.wire_http import Who


def test_an_answer_is_json_that_nobody_keeps() -> None:
    reply = answer(Who(user="6001", name="坐席", role="agent", agent=None, csrf="x"))
    assert json.loads(reply.body)["name"] == "坐席"
    assert reply.headers["cache-control"] == "no-store"


def test_openapi_shows_the_whole_type_without_references() -> None:
    text = json.dumps(documented(BoardSnapshot, "The board"))
    assert "$ref" not in text
    assert "longest_since" in text


async def test_an_error_speaks_both_languages() -> None:
    reply = await api_error(None, ApiError(403, "forbidden", "您没有权限。", "You may not."))  # type: ignore[arg-type]
    assert reply.status_code == 403
    assert json.loads(reply.body) == {"detail": {"key": "forbidden", "zh": "您没有权限。", "en": "You may not."}}
