"""How the HTTP interface answers: msgspec values as JSON, documented for OpenAPI, and errors in both languages."""

from typing import Any

import msgspec
from fastapi import Request, Response
from fastapi.responses import JSONResponse

_JSON = "application/json"


class ApiError(Exception):
    """A refusal with its HTTP status and a sentence for the reader."""

    def __init__(self, status: int, key: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.status, self.key, self.zh, self.en = status, key, zh, en


def answer(value: object, status: int = 200) -> Response:
    """Return `value` as a JSON response that nobody keeps."""
    body = msgspec.json.encode(value)
    return Response(body, status_code=status, media_type=_JSON, headers={"Cache-Control": "no-store"})


def documented(kind: Any, what: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` argument that shows `kind` in OpenAPI."""
    schema = _inlined(*msgspec.json.schema_components([kind], ref_template="#/{name}"))
    return {200: {"description": what, "content": {_JSON: {"schema": schema}}}}


def _inlined(schemas: tuple[dict[str, Any], ...], components: dict[str, Any]) -> dict[str, Any]:
    def inline(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return inline(components[node["$ref"].removeprefix("#/")])
            return {key: inline(value) for key, value in node.items()}
        return [inline(one) for one in node] if isinstance(node, list) else node

    result: dict[str, Any] = inline(schemas[0])
    return result


async def api_error(_: Request, error: Exception) -> Response:
    """Turn an ApiError into its response."""
    assert isinstance(error, ApiError)
    detail = {"key": error.key, "zh": error.zh, "en": error.en}
    return JSONResponse({"detail": detail}, status_code=error.status)


NOT_FOUND = ApiError(404, "not_found", "没有找到。", "There is no such thing.")
"""For what does not exist, and for what this visitor may not know to exist."""
