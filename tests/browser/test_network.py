"""The network of the world, drawn when it is asked for."""

from __future__ import annotations

from tests.browser.conftest import Windows
from tests.browser.pages import serious


def test_the_network_is_drawn_when_it_is_asked_for_beside_its_tables(windows: Windows) -> None:
    page = windows.open("/world?on=2023-06-20&of=missions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator("#network-place canvas").count() == 0
    page.click("button[data-network]")
    page.locator("#network-place canvas").first.wait_for()
    assert [url for url in asked if url.endswith(".js")] == [f"{windows.base}/static/network.js"]
    zoom = page.evaluate("document.querySelector('.network')._cyreg.cy.zoom()")
    assert 0 < zoom <= 1.5, "two parties are blown up"
    label = page.locator("#network-place [role=img]").get_attribute("aria-label") or ""
    rows = page.locator("#matrix tbody tr").count()
    assert f"{rows} parties" in label
    assert serious(page) == []
