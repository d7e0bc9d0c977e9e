"""An agent's desk in a browser, driven as a person would."""

from playwright.sync_api import Page

from tests.live.product import Product


def sign_in(page: Page, product: Product, user: str) -> None:
    """Log in and sign in with the browser's telephone; afterwards the agent is not ready."""
    page.goto(f"{product.web}/login")
    page.get_by_test_id("login-user").fill(user)
    page.get_by_test_id("login-password").fill(product.password())
    page.get_by_test_id("login-submit").click()
    page.wait_for_url("**/desk*")
    page.goto(f"{product.web}/desk?trace=1")
    page.get_by_test_id("sign-in-web").click()
    page.get_by_test_id("not-ready").wait_for()


def press_ready(page: Page) -> None:
    """Be ready, if not so already."""
    if page.get_by_test_id("presence").get_attribute("data-presence") != "ready":
        page.get_by_test_id("ready").click()
    page.locator('[data-testid=presence][data-presence="ready"]').wait_for()


def voice_flows(page: Page) -> bool:
    """Whether voice was sent and received."""
    rtp = page.evaluate("window.__jietong.rtp()")
    return bool(rtp["sent"] > 50 and rtp["received"] > 50)
