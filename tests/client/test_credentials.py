"""Where credentials come from, and that they are never shown."""

from __future__ import annotations

import copy
import json
import pickle
import time
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from urllib.parse import quote

import pytest

from lvstate.client.credentials import EMBEDDED, Credentials, from_environment
from lvstate.client.secrets import Redactor, Secret
from lvstate.errors import AuthError, Exit, UsageError
from lvstate.model.project import Environment

URL = "https://api.livevox.com"
SOLE = Environment("production", URL)
PLAIN = {
    "LVSTATE_ACCESS_TOKEN": "plain token",
    "LVSTATE_CLIENT": "plain client",
    "LVSTATE_USERNAME": "plain user",
    "LVSTATE_PASSWORD": "plain password",
}


def shown(credentials: Credentials) -> list[str | None]:
    """Reveal everything, for comparison."""
    return [
        credentials.access_token.reveal() if credentials.access_token else None,
        credentials.client,
        credentials.username,
        credentials.password.reveal() if credentials.password else None,
    ]


def renamed(prefix: str, word: str = "own") -> dict[str, str]:
    return {name.replace("LVSTATE_", prefix): value.replace("plain", word) for name, value in PLAIN.items()}


def test_the_plain_names_serve_a_run_of_one_environment() -> None:
    assert shown(from_environment(PLAIN, SOLE)) == [
        "plain token",
        "plain client",
        "plain user",
        "plain password",
    ]


def test_the_names_of_the_environment_win_over_the_plain_ones() -> None:
    found = from_environment(PLAIN | renamed("LVSTATE_PRODUCTION_"), SOLE)
    assert shown(found) == ["own token", "own client", "own user", "own password"]


def test_one_name_of_the_environment_leaves_the_other_plain_ones_in_use() -> None:
    found = from_environment(PLAIN | {"LVSTATE_PRODUCTION_PASSWORD": "own password"}, SOLE)
    assert shown(found) == ["plain token", "plain client", "plain user", "own password"]


def test_an_empty_name_of_the_environment_counts_as_not_set() -> None:
    found = from_environment(PLAIN | {"LVSTATE_PRODUCTION_PASSWORD": ""}, SOLE)
    assert shown(found)[3] == "plain password"


@pytest.mark.parametrize("name", ["na4-staging", "na4.staging", "NA4_Staging"])
def test_an_environment_is_spelled_in_capitals_and_underscores(name: str) -> None:
    found = from_environment(renamed("LVSTATE_NA4_STAGING_"), Environment(name, URL, sole=False))
    assert shown(found) == ["own token", "own client", "own user", "own password"]


def test_the_plain_names_are_not_used_where_several_environments_run() -> None:
    with pytest.raises(AuthError, match="environment production are missing") as missing:
        from_environment(PLAIN, Environment("production", URL, sole=False))
    assert missing.value.exit_code is Exit.AUTH


def test_the_client_of_the_project_file_is_used_where_no_variable_names_one() -> None:
    variables = {name: value for name, value in PLAIN.items() if name != "LVSTATE_CLIENT"}
    assert from_environment(variables, SOLE._replace(client="ACME")).client == "ACME"


def test_a_variable_wins_over_the_client_of_the_project_file() -> None:
    assert from_environment(PLAIN, SOLE._replace(client="ACME")).client == "plain client"


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_credential_is_read_from_a_file_without_the_line_break_at_its_end(tmp_path: Path, end: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(b" from a f\xc3\xafle " + end.encode())
    variables = PLAIN | {"LVSTATE_ACCESS_TOKEN": "", "LVSTATE_ACCESS_TOKEN_FILE": str(file)}
    assert shown(from_environment(variables, SOLE))[0] == " from a fïle "


def test_the_file_of_an_environment_wins_over_the_plain_variable(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("own password\n")
    found = from_environment(PLAIN | {"LVSTATE_PRODUCTION_PASSWORD_FILE": str(file)}, SOLE)
    assert shown(found)[3] == "own password"


def test_a_variable_and_its_file_are_not_both_accepted(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    with pytest.raises(UsageError, match="both LVSTATE_PASSWORD and LVSTATE_PASSWORD_FILE are set"):
        from_environment(PLAIN | {"LVSTATE_PASSWORD_FILE": str(file)}, SOLE)


def test_a_file_that_cannot_be_read_is_a_usage_error_naming_the_variable(tmp_path: Path) -> None:
    variables = PLAIN | {"LVSTATE_PASSWORD": "", "LVSTATE_PASSWORD_FILE": str(tmp_path / "none")}
    with pytest.raises(UsageError, match="_FILE cannot be read: No such file"):
        from_environment(variables, SOLE)


def test_a_file_that_is_not_text_is_a_usage_error_that_shows_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"secret\xff")
    variables = PLAIN | {"LVSTATE_PASSWORD": "", "LVSTATE_PASSWORD_FILE": str(file)}
    with pytest.raises(UsageError, match="not UTF-8 text") as refused:
        from_environment(variables, SOLE)
    assert "secret" not in refused.value.message


def test_an_empty_file_counts_as_missing(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("\n")
    variables = PLAIN | {"LVSTATE_PASSWORD": "", "LVSTATE_PASSWORD_FILE": str(file)}
    with pytest.raises(AuthError, match=r"are missing: LVSTATE_PASSWORD$"):
        from_environment(variables, SOLE)


@pytest.mark.parametrize("character", ["\n", "\r", "\0", "\x1b", "\x7f", "\u2028", "\u200b"])
@pytest.mark.parametrize("name", PLAIN)
def test_a_credential_with_a_control_character_is_refused_and_not_shown(name: str, character: str) -> None:
    with pytest.raises(
        UsageError, match=f"{name} holds a line break or another control character"
    ) as refused:
        from_environment(PLAIN | {name: f"hidden{character}LV-Injected: x"}, SOLE)
    assert "hidden" not in refused.value.message


def test_a_line_break_inside_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one\ntwo\n")
    variables = PLAIN | {"LVSTATE_ACCESS_TOKEN": "", "LVSTATE_ACCESS_TOKEN_FILE": str(file)}
    with pytest.raises(UsageError, match="LVSTATE_ACCESS_TOKEN holds a line break"):
        from_environment(variables, SOLE)


@pytest.mark.parametrize("name", PLAIN)
def test_each_missing_variable_is_named_alone(name: str) -> None:
    variables = {other: value for other, value in PLAIN.items() if other != name}
    with pytest.raises(AuthError, match=f"are missing: {name}$"):
        from_environment(variables, SOLE)


def test_without_any_credentials_all_variables_are_named_and_the_way_out_too() -> None:
    with pytest.raises(AuthError) as missing:
        from_environment({}, SOLE)
    assert all(name in missing.value.message for name in PLAIN)
    assert "LVSTATE_SESSION_ID" in (missing.value.hint or "")


def test_an_open_session_needs_no_other_credentials() -> None:
    found = from_environment({"LVSTATE_SESSION_ID": "open session"}, SOLE)
    assert found.session_id is not None
    assert found.session_id.reveal() == "open session"
    assert shown(found) == [None, None, None, None]


def test_an_open_session_of_another_environment_is_not_used() -> None:
    with pytest.raises(AuthError):
        from_environment({"LVSTATE_STAGING_SESSION_ID": "open session"}, SOLE)


def test_the_emulator_is_entered_as_documented() -> None:
    assert shown(EMBEDDED) == ["emulator", "EMULATOR", "sysadmin", "emulator"]
    assert EMBEDDED.missing() == ()


@pytest.mark.parametrize("template", ["{}", "{!r}", "{!s}", "{!a}"])
def test_a_secret_shows_as_stars(template: str) -> None:
    assert template.format(Secret("s3cret")) == "***"
    assert f"{Secret('s3cret')}" == "***"
    credentials = template.format(from_environment(PLAIN, SOLE))
    assert "plain user" in credentials
    assert "plain token" not in credentials
    assert "plain password" not in credentials


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(Secret("s3cret"), protocol)


@pytest.mark.parametrize("write", [pickle.dumps, copy.deepcopy, json.dumps], ids=["pickle", "copy", "json"])
def test_credentials_are_not_written_out_with_their_secrets(write: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match=r"not written anywhere|Secret is not JSON"):
        write(from_environment(PLAIN, SOLE))


def test_a_secret_has_no_dictionary_to_be_dumped() -> None:
    assert not hasattr(Secret("s3cret"), "__dict__")


def test_a_traceback_with_local_variables_shows_no_credentials() -> None:
    def fail() -> None:
        credentials = from_environment(PLAIN, SOLE)
        raise RuntimeError(f"cannot use {credentials} of {credentials.password}")

    with pytest.raises(RuntimeError) as caught:
        fail()
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "credentials = Credentials(" in text
    assert "'plain token'" not in text.partition("credentials = ")[2].partition("\n")[0]
    assert "cannot use Credentials(" in text
    assert "of ***" in text


def test_known_secrets_are_taken_out_of_texts_the_longest_first() -> None:
    redactor = Redactor()
    for text in ("abcdef", "abcdefghi", "other-secret"):
        redactor.learn(Secret(text))
    assert redactor.clean("x abcdefghi y abcdef z other-secret abcdefg") == "x *** y *** z *** ***g"


def test_a_secret_of_a_few_letters_does_not_tear_words_apart() -> None:
    redactor = Redactor()
    redactor.learn(Secret("acmes"))
    redactor.learn(None)
    assert redactor.clean("the acmes of the world") == "the acmes of the world"


def test_a_file_too_large_to_be_a_credential_is_refused_rather_than_cut(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x" * 20_000, encoding="utf-8")
    with pytest.raises(UsageError, match="too large"):
        from_environment({"LVSTATE_ACCESS_TOKEN_FILE": str(file)}, Environment("test", "emulator:"))


SAFE = "canary/9f8e+7d???>>>5b4a-3928"


@pytest.mark.parametrize(
    "spelled",
    [
        SAFE,
        SAFE.upper(),
        SAFE[::-1],
        quote(SAFE, safe=""),
        quote(SAFE, safe="").lower(),
        SAFE.encode().hex(),
        SAFE.encode().hex().upper(),
        *(b64encode(b"Authorization: "[:shift] + SAFE.encode()).decode() for shift in range(4)),
        urlsafe_b64encode(SAFE.encode()).decode(),
        SAFE[: len(SAFE) // 2],
        SAFE[len(SAFE) // 2 :],
        SAFE[:8],
        SAFE[-8:],
        SAFE.encode().hex()[:20],
    ],
)
def test_a_secret_is_taken_out_however_it_is_repeated(spelled: str) -> None:
    redactor = Redactor()
    redactor.learn(Secret(SAFE))

    cleaned = redactor.clean(f"your token <{spelled}> is not known here")

    assert "***" in cleaned
    assert longest_common(cleaned, spelled) < 8
    assert cleaned.startswith("your token <")
    assert cleaned.endswith("> is not known here")


def longest_common(first: str, second: str) -> int:
    match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return match.size


def test_data_keeps_words_that_a_secret_begins_with() -> None:
    redactor = Redactor()
    redactor.learn(Secret("Early Stage 1-30 pass"))

    assert redactor.clean('{"name": "Early Stage"}', at_least=16) == '{"name": "Early Stage"}'


def test_many_beginnings_of_a_secret_are_taken_out_in_little_time() -> None:
    redactor = Redactor()
    redactor.learn(Secret(SAFE))
    text = SAFE[:8] * 100_000

    started = time.process_time()
    assert redactor.clean(text).strip("*") == ""
    assert time.process_time() - started < 2
