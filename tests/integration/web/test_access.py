"""Who may call the server, and what protects it from other sites."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from httpx import Response

from comity import TimelineEngine
from comity.adapters.web.tokens import Token, is_open_to_others, matching, tokens_of
from comity.domain.errors import StoreDamaged, UnreadableFile
from tests.integration.web.conftest import Calling
from tests.web_pages import Page

READER, WRITER = "r" * 24, "w" * 24
TOKENS = (Token.of("reader", ["read"], READER), Token.of("desk-3", ["read", "append"], WRITER))
STATE = "/v1/relationships/PAK-RUS/state"
PAGE = {"Accept": "text/html"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_without_tokens_everybody_who_reaches_it_may_read(calling: Calling) -> None:
    assert calling().get(STATE).status_code == 200


def test_with_tokens_a_caller_without_one_is_told_to_give_it(calling: Calling) -> None:
    answer = calling(tokens=TOKENS).get(STATE)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_lets_its_caller_read(calling: Calling) -> None:
    assert calling(tokens=TOKENS).get(STATE, headers=bearer(READER)).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer rrr", f"Basic {READER}", f"Bearer {READER}x", "\xff"],
)
def test_any_other_authorization_is_refused(calling: Calling, header: str) -> None:
    given = [(b"Authorization", header.encode("latin-1"))]
    answer = calling(tokens=TOKENS).get(STATE, headers=given)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_browser_signs_in_and_comes_back_to_what_it_asked_for(calling: Calling) -> None:
    client = calling(tokens=TOKENS)
    sent = client.get("/?x=1", headers=PAGE, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?to=%2F%3Fx%3D1")
    assert 'value="/?x=1"' in client.get(sent.headers["location"]).text
    form = {"token": WRITER, "to": "/?x=1"}
    back = client.post("/sign-in", data=form, follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, "/?x=1")
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert client.get("/", headers=PAGE).status_code == 200
    assert "desk-3" in client.get("/sign-in").text


def test_a_browser_signs_out(calling: Calling) -> None:
    client = calling(tokens=TOKENS)
    client.post("/sign-in", data={"token": READER})
    client.post("/sign-in", data={})
    assert client.get(STATE).status_code == 401


def headed(answer: Response) -> tuple[bool, str]:
    """Whether the header has the page to record, and where it lets somebody sign in."""
    page = Page(answer.text)
    links = {element.text: element["href"] for element in page.named("a")}
    return "/record" in page.links(), links.get("Sign in", "")


HEADED = ("/", "/relationships/PAK-RUS", "/relationships/PAK-RUS?on=x", "/evidence?event=PR010",
          "/evidence?event=x", "/world", "/world?of=x", "/parties/PAK", "/agenda", "/series",
          "/log", "/search?q=a", "/views/network", "/nope", "/sign-in")  # fmt: skip


@pytest.mark.parametrize("path", HEADED)
def test_every_page_leads_to_recording_where_its_reader_may(calling: Calling, path: str) -> None:
    assert headed(calling(write=True).get(path, headers=PAGE)) == (True, "")
    assert headed(calling().get(path, headers=PAGE)) == (False, "")


@pytest.mark.parametrize("path", HEADED)
def test_every_page_says_who_is_signed_in_and_lets_them_out(calling: Calling, path: str) -> None:
    client = calling(tokens=TOKENS, write=True)
    client.post("/sign-in", data={"token": WRITER})
    page = Page(client.get(path, headers=PAGE).text)
    assert "/record" in page.links()
    [out] = [form for form in page.named("form") if form["class"].startswith("caller")]
    assert "Signed in as desk-3" in out.text
    assert (out["method"], out["action"]) == ("post", "/sign-in")
    client.post(out["action"], data={})
    assert client.get("/", headers=PAGE, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("path", ["/", "/relationships/PAK-RUS?on=2019-01-01&q=%2F%26", "/world"])
def test_a_page_that_needs_a_token_leads_to_signing_in_and_back(
    calling: Calling, path: str
) -> None:
    client = calling(tokens=TOKENS)
    form = Page(client.get(path, headers=PAGE).text)
    [to] = [field["value"] for field in form.named("input") if field["name"] == "to"]
    given = {"token": READER, "to": to}
    back = client.post("/sign-in", data=given, follow_redirects=False)
    assert back.headers["location"] == path


def test_a_form_that_came_without_a_token_says_where_to_sign_in(calling: Calling) -> None:
    client = calling(tokens=TOKENS, write=True)
    refused = client.post("/record?kind=meeting-held", data={"meeting": "m"}, headers=PAGE)
    assert refused.status_code == 401
    assert headed(refused) == (False, "/sign-in?to=%2Frecord%3Fkind%3Dmeeting-held")
    assert headed(client.get("/nope", headers=PAGE)) == (False, "/sign-in?to=%2Fnope")


def test_a_failed_store_names_no_path_on_a_page_and_the_log_has_it(
    calling: Calling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreDamaged("/secret/place.db", "page 7 of /secret/place.db")

    for name in ("relationships", "state", "timeline", "evidence", "agenda", "network", "search"):
        monkeypatch.setattr(TimelineEngine, name, fails)
    client = calling(write=True)
    asked = ["/", "/relationships/PAK-RUS", "/relationships/PAK-RUS/state.html", "/parties/PAK"]
    asked += ["/evidence?event=PR010", "/agenda", "/search?q=embassy", "/retract?event=PR010"]
    for path in asked:
        caplog.clear()
        answer = client.get(path, headers=PAGE)
        assert answer.status_code == 500, path
        assert "/secret" not in answer.text
        assert "damaged" in answer.text
        assert "/secret/place.db" in caplog.text


def test_a_wrong_token_is_not_kept(calling: Calling) -> None:
    answer = calling(tokens=TOKENS).post("/sign-in", data={"token": "<script>"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "to",
    ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:x", "/\t/x", ""],
)
def test_nobody_is_sent_to_another_site(calling: Calling, to: str) -> None:
    form = {"token": READER, "to": to}
    answer = calling(tokens=TOKENS).post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.local:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver.local"},
    ],
)
def test_a_page_of_another_site_cannot_make_a_browser_write(
    calling: Calling, headers: dict[str, str]
) -> None:
    assert calling(tokens=TOKENS).post("/sign-in", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://testserver.local"}, {"Origin": "https://TESTSERVER.local:443"},
                {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)  # fmt: skip
def test_its_own_pages_may_write(calling: Calling, headers: dict[str, str]) -> None:
    form = {"token": READER}
    answer = calling(tokens=TOKENS).post(
        "/sign-in", headers=headers, data=form, follow_redirects=False
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", "["])
def test_a_name_that_points_here_is_not_answered(calling: Calling, host: str) -> None:
    client = calling(hosts=("localhost", "127.0.0.1", "::1"))
    assert client.get("/", headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8321", "127.0.0.1:1", "[::1]:8321"])
def test_the_names_of_this_machine_are_answered(calling: Calling, host: str) -> None:
    client = calling(hosts=("localhost", "127.0.0.1", "::1"))
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nope", "/v1/nope", "/sign-in", "/static/x.js", STATE])
def test_every_answer_is_protected(calling: Calling, path: str) -> None:
    headers = calling().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; base-uri 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers


@pytest.mark.parametrize("path", ["/nope", "/static/nope.js", "/parties/"])
def test_a_person_gets_a_page_for_an_error_and_a_program_problem_details(
    calling: Calling, path: str
) -> None:
    client = calling()
    page = client.get(path, headers=PAGE)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    problem = client.get(path)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


@pytest.mark.parametrize(
    "name", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "%00", "/etc/passwd", "a" * 5000, ""]
)
def test_static_files_come_from_their_folder_alone(calling: Calling, name: str) -> None:
    assert calling().get(f"/static/{name}").status_code == 404


def test_head_is_answered_as_get(calling: Calling) -> None:
    assert calling().head(STATE).status_code == 200


# The file of tokens


def test_tokens_are_given_themselves_or_by_their_hash(tmp_path: Path) -> None:
    path = tmp_path / "tokens.toml"
    digest = sha256(READER.encode()).hexdigest()
    path.write_text(
        f'[[tokens]]\nauthor = "a"\ntoken = "{WRITER}"\nrights = ["read", "append"]\n'
        f'[[tokens]]\nauthor = "b"\nsha256 = "{digest}"\nrights = ["read"]\n'
    )
    tokens = tokens_of(path)
    assert [(token.author, sorted(token.rights)) for token in tokens] == [
        ("a", ["append", "read"]),
        ("b", ["read"]),
    ]
    assert matching(tokens, READER) is tokens[1]
    assert matching(tokens, READER[:-1]) is None


ROW = '[[tokens]]\nauthor = "a"\ntoken = "{token}"\nrights = ["read"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "tokens: missing"),
        ("tokens = 3", "tokens: expected a valid list"),
        ("[[tokens]\n", "line 1"),
        (ROW.format(token="short"), r"tokens\[0\].token: expected at least 20 characters"),
        (ROW.format(token=READER).replace("read", "red"), r"tokens\[0\].rights\[0\]: expected 'r"),
        (ROW.format(token=READER) * 2, r"tokens\[1\]: the token of another one"),
        (ROW.format(token=READER) + "right = 1", r"tokens\[0\].right: there is no such field"),
        (ROW.format(token=READER).replace('"a"', '""'), "author: expected a name"),
        (ROW.format(token=READER).replace('"a"', '"a\\n"'), "author: expected one line"),
        (ROW.format(token=READER).replace("token =", "sha256 ="), "expected 64 hexadecimal"),
        (ROW.format(token=READER) + 'sha256 = "' + "0" * 64 + '"', "expected either token or"),
        ('[[tokens]]\nrights = []\ntoken = "pass wörter sind nicht gut"', "author: missing; "),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tokens.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=said) as error:
        tokens_of(path)
    assert READER not in str(error.value)


def test_a_file_that_is_not_there_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        tokens_of(tmp_path / "nope")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableFile, match="utf-8"):
        tokens_of(tmp_path / "bytes")


def test_a_file_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "tokens.toml"
    path.touch()
    path.chmod(0o600)
    assert not is_open_to_others(path)
    path.chmod(0o640)
    assert is_open_to_others(path)
