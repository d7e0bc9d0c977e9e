"""No connection is left unclosed, however far on its way in it was when its server ended."""

import asyncio
import gc
import socket
import warnings

import pytest

from tests.streams import serving


async def _meets_the_end(rounds: int) -> None:
    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(serve) as port:
        with socket.create_connection(("127.0.0.1", port)):
            for _ in range(rounds):
                await asyncio.sleep(0)


@pytest.mark.parametrize("rounds", range(6))
def test_a_connection_that_meets_the_end_is_closed(rounds: int) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(_meets_the_end(rounds))
        gc.collect()
    assert [str(one.message) for one in told] == []
