"""Where the test identity provider refuses to be."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.local.identity.app import create_app, main
from deploy.local.identity.settings import CannotStartError, Settings


@pytest.mark.parametrize("environment", ["production", "staging", ""])
def test_it_runs_in_a_local_stack_only(tmp_path: Path, environment: str) -> None:
    with pytest.raises(CannotStartError, match="NATTLJUS_ENVIRONMENT=local"):
        create_app(Settings(environment=environment, data=tmp_path))
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("host", "issuer"),
    [
        ("0.0.0.0", ""),  # noqa: S104  the very thing it refuses
        ("::", ""),
        ("192.0.2.7", ""),
        ("identity.example", ""),
        ("127.0.0.1", "http://192.0.2.7:8100"),
        ("127.0.0.1", "https://localhost.example"),
    ],
)
def test_it_is_reached_from_this_machine_only(tmp_path: Path, host: str, issuer: str) -> None:
    with pytest.raises(CannotStartError, match="loopback"):
        create_app(Settings(data=tmp_path, host=host, issuer=issuer))


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8100/realm", "identity"])
def test_an_issuer_is_an_address_without_a_path(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(ValidationError):
        Settings(data=tmp_path, issuer=issuer)


def test_the_issuer_follows_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATTLJUS_PORT", "8123")
    monkeypatch.setenv("NATTLJUS_PORTAL", "http://127.0.0.1:8000/")
    assert Settings().issuer == "http://127.0.0.1:8123"
    assert Settings().portal == "http://127.0.0.1:8000"


def test_the_command_says_why_it_does_not_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NATTLJUS_ENVIRONMENT", "production")
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "real OpenID provider" in capsys.readouterr().err
