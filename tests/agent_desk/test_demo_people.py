"""The demo's log-ins."""

import pytest

from agent_desk.compose import Plan, read_plan
from agent_desk.demo_people import make_demo_people
from agent_desk.house import House
from core.log_in import LogInRefusal, hash_password, log_in
from core.people import people, set_password
from tests.agent_desk.a_house import a_house


async def test_seats_supervisor_and_administrator_can_log_in(house: House, plan: Plan) -> None:
    async with house.database.reading() as session:
        assert {person.user for person in await people(session)} == {"6001", "6002", "6003", "supervisor", "admin"}
    person = await log_in(house.database, "6002", plan.demo_password, house.clock.now())
    assert not isinstance(person, LogInRefusal)
    assert person.agent == "6002"


async def test_the_supervisor_has_the_last_position_unless_an_agent_has_it(house: House, plan: Plan) -> None:
    last = plan.settings.seats.first + plan.settings.seats.count - 1
    person = await log_in(house.database, "supervisor", plan.demo_password, house.clock.now())
    assert not isinstance(person, LogInRefusal)
    assert person.agent == str(last)
    await make_demo_people(house.database, first_seat=last - 1, count=2, seats=2, password="x" * 12, renew=False)
    async with house.database.reading() as session:
        users = {one.user for one in await people(session)}
    assert str(last - 1) in users
    assert str(last) not in users, "the supervisor sits there"


async def test_a_renewed_password_is_given_to_everyone(house: House, plan: Plan) -> None:
    await make_demo_people(house.database, first_seat=6001, count=4, seats=4, password="another-one", renew=True)
    for user in ("6001", "6004", "admin"):
        assert not isinstance(await log_in(house.database, user, "another-one", house.clock.now()), LogInRefusal)
    assert await log_in(house.database, "6001", plan.demo_password, house.clock.now()) is LogInRefusal.WRONG


async def test_leaving_the_demo_disables_its_users_and_no_others(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_house(plan) as house:
        async with house.database.writing() as session, session.begin():
            await set_password(session, "6002", hash_password("her own password"))
        password = plan.demo_password
    monkeypatch.setenv("JIETONG_DEMO_ENABLED", "false")
    async with a_house(read_plan()) as house:
        now = house.clock.now()
        assert await log_in(house.database, "6001", password, now) is LogInRefusal.WRONG
        assert await log_in(house.database, "admin", password, now) is LogInRefusal.WRONG
        assert not isinstance(await log_in(house.database, "6002", "her own password", now), LogInRefusal)
    assert not plan.demo_password_file.exists()
