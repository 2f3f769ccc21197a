"""The built pages on the screen of a phone, where this machine has a Chromium."""

from __future__ import annotations

import functools
import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.effort import PATIENCE
from tests.site import build, stage

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
WIDTH = 360
MEASURE = """<!doctype html><pre id="wide"></pre><script>
(async () => {
  const wide = [];
  for (const page of PAGES) {
    const frame = document.createElement("iframe");
    frame.style.cssText = "width:WIDTHpx;height:700px;border:0";
    frame.src = page;
    document.body.append(frame);
    await new Promise((loaded) => (frame.onload = loaded));
    await new Promise((passed) => setTimeout(passed, 100));
    const { scrollWidth, clientWidth } = frame.contentDocument.documentElement;
    if (scrollWidth > clientWidth) wide.push(page);
    frame.remove();
  }
  document.getElementById("wide").textContent = JSON.stringify(wide) + " measured";
})();
</script>"""
"""Shows every page in a frame as wide as a phone, and lists those that are wider than it."""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here to measure pages with")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    stage(tmp_path)
    return build(tmp_path)


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """Where the site is served while a test runs, on this machine alone."""
    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(PATIENCE)


def test_no_page_is_wider_than_a_phone(site: Path, address: str, tmp_path: Path) -> None:
    (site / "too-wide.html").write_text("<p style='width:1000px'>wide</p>", "utf-8")
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    pages.remove("404.html")  # its addresses begin at the root of a host
    script = MEASURE.replace("PAGES", json.dumps(pages)).replace("WIDTH", str(WIDTH))
    (site / "measure.html").write_text(script, "utf-8")
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={tmp_path / 'user'}",
            "--virtual-time-budget=100000", "--dump-dom", f"{address}/measure.html",
        ],
        capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"{CHROMIUM} does not start: {done.stderr.strip()[-200:]}")
    measured = re.search(r"(\[.*?\]) measured", html.unescape(done.stdout))
    assert measured, done.stderr
    assert json.loads(measured[1]) == ["too-wide.html"]
