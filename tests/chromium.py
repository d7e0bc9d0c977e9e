"""How the tests start Chromium, headless and with made-up microphones."""

_UNWANTED = (
    # Each window would begin with a hidden page for the address bar's suggestions, which costs more than ours.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # Of Playwright's own list, which this one replaces.
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
)


def arguments(*more: str, unwanted: tuple[str, ...] = ()) -> list[str]:
    """Return what Chromium is started with.

    Args:
        more: further arguments.
        unwanted: further features to be switched off.

    """
    return [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--disable-features={','.join((*_UNWANTED, *unwanted))}",
        *more,
    ]
