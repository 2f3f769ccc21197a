"""How fluid a relationship's page is in a browser: the first picture, and slides of both clocks."""

from __future__ import annotations

import shutil
from statistics import median
from typing import cast

from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import PAGE, PAGE_SLIDE, PAGE_SLIDE_KNOWN
from benchmarks.served import served
from benchmarks.sizes import Sizes

_CHROMIUM = shutil.which("chromium") or ""
_SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
_FIRST = """() => new Promise(shown => {
    const look = () => {
        const [told] = performance.getEntriesByName("comity-picture");
        if (told) shown(told.startTime + told.duration);
        else requestAnimationFrame(look);
    };
    look();
})"""
"""Milliseconds from the navigation until the picture was drawn."""
_SLIDES = """async ([id, count]) => {
    const range = document.getElementById(id), state = document.getElementById("state");
    const [low, high] = [Number(range.min), Number(range.max)];
    const times = [];
    for (let at = 1; at <= count; at += 1) {
        const painted = new Promise(done => {
            new MutationObserver((_, observer) => {
                observer.disconnect();
                requestAnimationFrame(() => requestAnimationFrame(done));
            }).observe(state, {childList: true});
        });
        const start = performance.now();
        range.valueAsNumber = Math.round(low + (high - low) * ((at * 0.618034) % 1));
        range.dispatchEvent(new Event("input", {bubbles: true}));
        await painted;
        times.push(performance.now() - start);
    }
    return times;
}"""
"""Slide to values all over the range; milliseconds of each, until the state was painted."""


def test_the_page_of_a_relationship(board: Board, sizes: Sizes) -> None:
    if not _CHROMIUM:
        board.skip("there is no Chromium here", PAGE, PAGE_SLIDE, PAGE_SLIDE_KNOWN)
    from playwright.sync_api import sync_playwright

    counts = (60,) if sizes.name == "tiny" else (300, 3_000)
    slides = 3 if sizes.name == "tiny" else 15
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_SWITCHES)
        for count in counts:
            with served(count) as server:
                address = f"{server.address}/relationships/{server.relationship}"
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                firsts: list[float] = []
                for _ in range(sizes.rounds):
                    page.goto(address)
                    firsts.append(page.evaluate(_FIRST))
                of = f"{count:,} entries"
                board.note(PAGE, of, median(firsts), "median")
                for limit, slider in ((PAGE_SLIDE, "slide-on"), (PAGE_SLIDE_KNOWN, "slide-known")):
                    times = cast("list[float]", page.evaluate(_SLIDES, [slider, slides]))
                    assert len(times) == slides
                    board.note(limit, of, median(times), f"slowest {max(times):.0f} ms")
                page.close()
        browser.close()
