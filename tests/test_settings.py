"""Settings: environment, then `.env`, then defaults; and no open door without a token."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest

from core import Workbench
from core.errors import SettingsError
from core.settings import Settings, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


TOKEN = "hbR3-v0Zq9-LxT42-mmWe"


def test_the_defaults_are_local() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8501)
    assert settings.database == Path("db/marquee.duckdb")
    assert settings.api_token is None
    settings.check_address()


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_DATABASE", "/data/m.duckdb")
    monkeypatch.setenv("MARQUEE_PORT", "9000")
    monkeypatch.setenv("marquee_watch_folder", "no")
    monkeypatch.setenv("MARQUEE_NO_SUCH_THING", "x")
    settings = load()
    assert settings.database == Path("/data/m.duckdb")
    assert (settings.port, settings.watch_folder) == (9000, False)


def test_dotenv_and_who_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "MARQUEE_PORT=9001\nMARQUEE_DATA_DIR=资料\n# a note\nOTHER=1\nMARQUEE_MAX_ROWS=7\n"
    Path(".env").write_text(text, "utf-8")
    assert (load().port, load().data_dir, load().max_rows) == (9001, Path("资料"), 7)
    monkeypatch.setenv("MARQUEE_PORT", "9002")
    assert load().port == 9002
    assert load(port=9003, max_rows=None).port == 9003
    assert load(max_rows=None).max_rows == 7


def test_the_example_is_what_there_is() -> None:
    """.env.example has every setting once, with its default where that is a number."""
    example = Path(__file__).resolve().parents[1] / ".env.example"
    lines = re.findall(r"^# MARQUEE_([A-Z0-9_]+)=(.*)$", example.read_text("utf-8"), re.MULTILINE)
    assert sorted(name.lower() for name, _ in lines) == sorted(Settings.model_fields)
    for name, shown in lines:
        default = Settings.model_fields[name.lower()].default
        if type(default) in (int, float) and name != "BACKUP_EVERY_HOURS":  # 0 is no schedule
            assert float(shown) == default, name


@pytest.mark.parametrize(
    "name,value",
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("MAX_ROWS", "-1"),
        ("MAX_FILE_MB", "1.5"),
        ("WATCH_FOLDER", "perhaps"),
        ("MEMORY_LIMIT", "lots"),
        ("MEMORY_LIMIT", "1GB; DROP"),
        ("MEMORY_LIMIT", "149MB"),
        ("MEMORY_LIMIT", "1KiB"),
        ("MEMORY_LIMIT", "9B"),
        ("THREADS", ""),
        ("SEARCH_URL", "search.example:9200"),
        ("SEARCH_URL", "ftp://search.example:9200"),
        ("SEARCH_URL", "https://search.example"),
        ("SEARCH_URL", "https://search.example:port"),
        ("SEARCH_URL", "https://:9200"),
        ("SEARCH_URL", "https://search.example:9200/?pretty"),
        ("SEARCH_PREFIX", "Marquee"),
        ("SEARCH_PREFIX", "a*"),
        ("SEARCH_SECONDS", "0"),
        ("SEARCH_CA", "nowhere.pem"),
    ],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MARQUEE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.detail.startswith(f"MARQUEE_{name}: ")
    assert f"found {value!r}" in caught.value.detail
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("value", ["1GB", "512MB", "1.5GiB", "2 TB", "900000000B", "150MB"])
def test_memory_limits_that_work(value: str, tmp_path: Path) -> None:
    settings = load(memory_limit=value, database=tmp_path / "m.duckdb", data_dir=tmp_path / "d")
    with Workbench.open(settings=settings) as wb:
        assert wb.sql("SELECT 1").fetchall() == [(1,)]


def test_a_broken_dotenv() -> None:
    Path(".env").write_bytes(b"MARQUEE_PORT=9\xff\n")
    with pytest.raises(SettingsError, match=".env cannot be read"):
        load()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.1.1", "::1", "[::1]", "localhost", "LocalHost"]
)
def test_addresses_of_this_machine(host: str) -> None:
    settings = load(host=host)
    assert settings.loopback
    settings.check_address()


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.1.5", "", "example.org", "127.0.0.1.example.org", "localhost.x"],
)
def test_other_addresses_need_a_token(host: str) -> None:
    for token in (None, "", "   "):
        with pytest.raises(SettingsError, match="no API token is set") as caught:
            load(host=host, api_token=token).check_address()
        assert "MARQUEE_API_TOKEN" in caught.value.hint
    load(host=host, api_token=TOKEN).check_address()
    load(host=host, mode="team").check_address()


@pytest.mark.parametrize("token", ["a!", "secret!", "a-long-random-text", "a" * 30])
def test_a_token_that_can_be_guessed_is_refused_where_others_reach_it(token: str) -> None:
    for reachable in ({"host": "0.0.0.0"}, {"public_url": "https://people.example"}):
        with pytest.raises(SettingsError, match="can be guessed") as caught:
            load(api_token=token, **reachable).check_address()
        assert token not in str(caught.value)
    load(api_token=token).check_address()


def test_the_public_address_is_an_origin() -> None:
    assert load(public_url="HTTPS://People.example:443/").public_url == "https://people.example"
    assert load(public_url="").public_url is None
    for wrong in ("people.example", "https://a:b@people.example", "https://people.example/path"):
        with pytest.raises(SettingsError, match="MARQUEE_PUBLIC_URL"):
            load(public_url=wrong)


def test_the_token_is_not_shown() -> None:
    settings = load(api_token="secret-token")
    assert "secret-token" not in repr(settings) and "secret-token" not in settings.model_dump_json()


def test_arguments_win_over_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_DATABASE", str(tmp_path / "env.duckdb"))
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "env"))
    with Workbench.open(tmp_path / "arg.duckdb") as wb:
        assert wb.database.path == (tmp_path / "arg.duckdb").resolve()
        assert wb.settings.data_dir == tmp_path / "env"
    with Workbench.open() as wb:
        assert wb.database.path == (tmp_path / "env.duckdb").resolve()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9200",
        "https://search.example:9200/behind/a/proxy/",
        " http://[::1]:9200 ",
        "http://search:9200",
    ],
)
def test_an_address_of_a_search_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MARQUEE_SEARCH_URL", url)
    assert load().search_url == url.strip().rstrip("/")


@pytest.mark.parametrize(
    "url,content,said",
    [
        ("http://127.0.0.1:9200", "", "https alone"),
        ("https://search.example:9200", "no certificate", "PEM file"),
    ],
)
def test_certificates_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, url: str, content: str, said: str
) -> None:
    Path("ca.pem").write_text(content)
    monkeypatch.setenv("MARQUEE_SEARCH_URL", url)
    monkeypatch.setenv("MARQUEE_SEARCH_CA", "ca.pem")
    with pytest.raises(SettingsError, match=said):
        load()


def test_an_empty_text_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_SEARCH_URL", "")
    monkeypatch.setenv("MARQUEE_SEARCH_API_KEY", " ")
    assert (load().search_url, load().search_api_key) == (None, None)


@pytest.mark.parametrize(
    "url,key",
    [
        ("https://elastic:s3cret@search.example:9200", None),
        ("http://search.example:9200", "s3cret"),
        ("https://search.example:9200", "s3cret\nHost: x"),
    ],
)
def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, url: str, key: str | None) -> None:
    monkeypatch.setenv("MARQUEE_SEARCH_URL", url)
    if key:
        monkeypatch.setenv("MARQUEE_SEARCH_API_KEY", key)
    with pytest.raises(SettingsError) as caught:
        load()
    said = "".join(traceback.format_exception(caught.value))
    assert caught.value.detail.startswith("MARQUEE_SEARCH_") and "s3cret" not in said
    monkeypatch.setenv("MARQUEE_SEARCH_URL", "https://search.example:9200")
    monkeypatch.setenv("MARQUEE_SEARCH_API_KEY", "s3cret")
    assert "s3cret" not in repr(load())
