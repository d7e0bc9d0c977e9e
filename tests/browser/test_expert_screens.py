"""Experts whom nobody can reach now, in a browser: one key asks for their written answer, and the ticket says so."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.names import Moment, RequestId
from agent_desk.wire import Refused
from agent_desk.wire_http import ExpertAnswerLine, ScreenPop
from tests.browser import transfers, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place, open_desk
from tests.browser.looks import Looks
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser

DUE = Moment(1_798_300_799_999)
"""The last moment of a day, whatever the browser's time zone makes of it."""
QUESTION = "企业拖欠工资两个月,没有签劳动合同,能否申请仲裁?"
ASKED = ExpertAnswerLine(field="human-resources", due_at=DUE, awaited=True)


def sent_ticket(*answers: ExpertAnswerLine) -> ScreenPop:
    """The call's own ticket is with the experts."""
    own = replace(views.ticket_line(views.TICKET, QUESTION), stage="dispatched", expert_answers=answers)
    return replace(views.pop(), ticket=own)


def day_of(page: Page, moment: int) -> str:
    """The day as the page's clock has it."""
    shown: str = page.evaluate("(at) => new Date(at).toLocaleDateString('sv')", moment)
    return shown


def kinds(server: StandIn) -> list[str]:
    return [str(message["type"]) for message in server.heard]


def test_one_key_asks_in_place_of_the_refusal(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.desk = transfers.desk(transfers.call())
    for size, language in looks.anew():
        server.pop = views.pop()
        server.heard.clear()
        open_desk(page, server, language)
        page.get_by_test_id("ticket-text").fill(QUESTION)
        page.keyboard.press("F8")
        page.keyboard.type("12333")
        with looks.at(size, language):
            button = page.get_by_test_id("ask-expert")
            expect(button).to_contain_text(
                "请专家书面答复" if language == "zh" else "Ask for the expert's written answer"
            )
            expect(page.get_by_test_id("mode-transfer_attended")).to_have_count(0)
            expect(page.get_by_test_id("mode-transfer_blind")).to_be_visible()
            nobody = "无人在岗" if language == "zh" else "Nobody on duty"
            expect(page.get_by_test_id("line-expert-human-resources")).to_contain_text(nobody)
            shoot(f"expert-ask-{size}-{language}")
            is_in_place(page, accessible)
            server.pop = sent_ticket(ASKED)
            page.keyboard.press("Enter")
            expect(page.get_by_test_id("expert-due")).to_contain_text(day_of(page, DUE))
            assert kinds(server) == ["save_ticket", "ask_expert"]
            assert server.heard[0]["form"]["text"] == QUESTION
            asked = {key: server.heard[1][key] for key in ("call", "to")}
            assert asked == {"call": views.CALL, "to": "expert-human-resources"}
            expect(button).to_have_attribute("aria-disabled", "true")
            expect(page.get_by_test_id("ask-expert-text")).to_contain_text(day_of(page, DUE))
            shoot(f"expert-asked-{size}-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_contain_text(day_of(page, DUE))
            assert kinds(server) == ["save_ticket", "ask_expert"], "pressed twice it is asked once"


def test_without_a_question_one_sentence_says_so_and_nothing_is_asked(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.type("12333")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("请先在工单里写下市民的问题,专家据此答复")
    assert server.heard == []


def test_what_the_server_refuses_is_its_sentence(page: Page, server: StandIn):
    zh, en = "这张工单已答复或已办结,不能再请专家答复。", "This ticket is replied to or closed."
    server.refusals["ask_expert"] = Refused(request=RequestId(""), key="not_open", zh=zh, en=en)
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.get_by_test_id("ticket-text").fill(QUESTION)
    page.keyboard.press("F8")
    page.keyboard.type("12333")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(zh)
    expect(page.get_by_test_id("expert-due")).to_have_count(0)


def test_an_expert_who_is_free_is_called_and_one_who_became_free_too(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.type("12348")
    expect(page.get_by_test_id("mode-transfer_attended")).to_be_visible()
    expect(page.get_by_test_id("ask-expert")).to_have_count(0)
    page.get_by_test_id("hand-find").fill("12333")
    expect(page.get_by_test_id("ask-expert")).to_be_visible()
    there = replace(transfers.lines()["expert-human-resources"], ready=1, why_zh="", why_en="")
    server.push("directory", "expert-human-resources", there)
    expect(page.get_by_test_id("ask-expert")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("mode-transfer_attended")).to_have_attribute("aria-busy", "false")
    assert kinds(server) == ["transfer"]


def test_other_lines_that_are_closed_ask_nobody_in_writing(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.insert_text("邮政")
    expect(page.get_by_test_id("mode-transfer_conference")).to_be_visible()
    expect(page.get_by_test_id("ask-expert")).to_have_count(0)


def test_the_callers_tickets_say_what_they_wait_for_and_what_is_late(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    late = ExpertAnswerLine(field="law", due_at=views.ago(60_000), awaited=True)
    over = ExpertAnswerLine(field="agriculture", due_at=views.ago(60_000), awaited=False)
    pop = views.pop()
    first, second = pop.open_tickets
    server.pop = replace(
        pop,
        open_tickets=(
            replace(first, expert_answers=(late,)),
            replace(second, missed=False, text=QUESTION, expert_answers=(replace(ASKED, due_at=DUE), over)),
        ),
    )
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    overdue, due = page.get_by_test_id(f"due-{first.ticket}"), page.get_by_test_id(f"due-{second.ticket}")
    for size, language in looks.every():
        with looks.at(size, language):
            expect(overdue).to_contain_text(
                "书面答复已逾期: 公共法律服务专家" if language == "zh" else "Written answer overdue"
            )
            expect(due).to_have_count(1)
            expect(due).to_contain_text(day_of(page, DUE))
            shoot(f"expert-due-{size}-{language}")
            is_in_place(page, accessible)


def test_a_ticket_that_is_with_experts_is_put_to_no_other(page: Page, server: StandIn):
    server.pop = sent_ticket(ASKED)
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    expect(page.get_by_test_id("expert-due")).to_be_visible()
    expect(page.locator("[data-testid^='merge-']")).to_have_count(0)
    server.pop = views.pop()
    page.reload()
    expect(page.locator("[data-testid^='merge-']")).to_have_count(2)
