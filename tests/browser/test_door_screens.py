"""Door, log-in and demo telephone in a real browser, on a desk's and on a phone's screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.looks import Looks
from tests.browser.stand_in import ORIGIN, StandIn

pytestmark = pytest.mark.browser


SCREENS = {"desk": (1366, 768), "phone": (390, 844)}


@pytest.mark.parametrize(("name", "path"), [("door", "/"), ("login", "/login"), ("call", "/call")])
def test_pages_fit_desk_and_phone(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks, name: str, path: str
):
    server.who = None
    server.open(path)
    expect(page.locator("h1")).to_be_visible()
    for size, language in looks.every(SCREENS):
        with looks.at(size, language):
            expect(page.locator("h1")).to_be_visible()
            shoot(f"{name}-{size}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            accessible()


def test_the_desk_wants_a_log_in_and_comes_back_to_itself(page: Page, server: StandIn):
    server.who = None
    server.open("/desk")
    page.wait_for_url("**/login?next=%2Fdesk")
    page.get_by_test_id("login-user").fill("6021")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(ORIGIN + "/desk")
    expect(page.get_by_test_id("sign-in-web")).to_be_visible()


def test_a_wrong_password_is_said_in_words(page: Page, server: StandIn, shoot: Shoot):
    server.who = None
    server.open("/login")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_role("alert")).to_have_text("请填写用户名。")
    page.get_by_test_id("login-user").fill("6021")
    page.get_by_test_id("login-password").fill("nonsense")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("login-refusal")).to_have_text("用户名或密码不对。")
    shoot("login-refused")


def test_nobody_is_sent_to_a_foreign_page_after_the_log_in(page: Page, server: StandIn):
    server.who = None
    server.open("/login?next=//example.com/desk")
    page.get_by_test_id("login-user").fill("6021")
    page.get_by_test_id("login-password").fill("demo")
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(ORIGIN + "/desk")


def test_a_demo_account_fills_the_form(page: Page, server: StandIn):
    server.who = None
    server.open("/login")
    page.get_by_role("button", name="supervisor").click()
    expect(page.get_by_test_id("login-user")).to_have_value("supervisor")


def test_the_demo_telephone_is_ready_and_its_keys_work(page: Page, server: StandIn):
    server.open("/call")
    expect(page.get_by_test_id("call-state")).to_have_attribute("data-line", "registered")
    page.get_by_test_id("call-number").fill("")
    for key in "12333":
        page.locator(".keypad").get_by_text(key, exact=True).click()
    expect(page.get_by_test_id("call-number")).to_have_value("12333")
    expect(page.locator(".entry")).to_contain_text("人力资源")
