"""Secrets that are written into a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.logged import logged
from leakhunt.contextual.names import Names
from leakhunt.model import Signature
from tests.repo import Repo
from tests.run import report


@pytest.fixture(scope="module")
def names(builtin: tuple[Signature, ...]) -> Names:
    return Names([signature.context for signature in builtin if signature.context])


@pytest.mark.parametrize(
    "line",
    [
        'log.info("token %s", token)',
        'logger.debug("login of %s with %s", user, password)',
        "console.log(password)",
        "console.log(`it is ${user.password}`)",
        'fmt.Println("key", cfg.APIKey)',
        'System.out.println("token=" + accessToken);',
        'print(f"the secret is {client_secret}")',
        'puts "token: #{api_token}"',
        "echo $DB_PASSWORD",
        'Write-Host "Password: $password"',
        "Rails.logger.info params[:password]",
        "error_log('token: ' . $apiToken);",
        'logger.debug("Password=" + user.getPassword());',
        'std::cout << "password: " << password << std::endl;',
        'fprintf(stderr, "token %s", token);',
        '_logger.LogInformation("token {Token}", token);',
        'slog.Info("login", "password", password)',
        'log.Info().Str("token", token).Msg("x")',
        'log.Println(os.Getenv("DB_PASSWORD"))',
        'print(os.environ["DB_PASSWORD"])',
        '$this->logger->info("secret " . $secret);',
        'println!("api key {api_key}");',
        "dbg!(password);",
        'Write-Verbose "key $($config.ApiKey)"',
        'print("token: \\(token)")',
        'warn "pw: #{password}"',
        'printf("session key is %s", session_key);',
        "printf '%s\\n' \"$DB_PASSWORD\"",
        'echo "secret: $secret"',
        "echo \"password '$password'\"",
        'Write-Output "it is $password"',
    ],
)
def test_logged(names: Names, line: str) -> None:
    assert logged(line.encode(), names)


@pytest.mark.parametrize(
    "line",
    [
        'log.info("token has %d characters", len(token))',
        "console.log('password')",
        'print("Enter your password")',
        "print(mask(password))",
        'logger.info("valid: %s", bool(token))',
        "# print(password)",
        "console.log(password.length)",
        'echo "$PASSWORD" | docker login --password-stdin',
        'fmt.Sprintf("%s", cfg.APIKey)',
        "log.info(token_count, max_tokens)",
        'log.info("reset", resetPassword())',
        'logger.info("password ok" if password else "no password")',
        "we warn the user about the password",
        'println!("{}", token.len());',
        'echo "set \\$APP_TOKEN before you start"',
        "console.log(`set \\`API_KEY\\` in the file`);",
        "Log::debug(hash('sha256', $privateKey));",
        'Write-Host "clone https://x:`$AccessToken@host/repo"',
        'echo "##vso[task.setvariable variable=X]$endpointCredentials"',
        'log.debug(f"can log in: {supports_auth_plain}, {user.hasToken}")',
        "awk '{print $1\"'\"$access_key\"'\"}'",
        'echo "export AWS_SECRET_ACCESS_KEY=$secret"',
        "warn \"credentials file '$creds' is old\"",
        "git config credential.https://git.x.helper '!f() { echo \"password=${GIT_TOKEN}\"; }; f'",
        'echo -n "$DB_PASSWORD"  # no newline',
        "printf '%s' \"$DB_PASSWORD\"",
        "echo \"skipping secret '$secret' for safety\"",
        "Write-Host \"Credential '$ProxyCredential' does not exist on $node\"",
        'Write-Host "set it to $ReplaceAlertTokens"',
        "Write-Output $NewPassword",
        "out := log.NewLineWriter(client, step, secrets...)",
    ],
)
def test_not_logged(names: Names, line: str) -> None:
    assert logged(line.encode(), names) is None


def test_in_files_and_in_what_is_staged_but_not_in_history(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.write("app.py", 'log.info("token %s", auth_token)\n')
    repo.git("add", "-A")
    assert report("staged", cwd=repo.path).ids == ["secret-logged"]
    repo.commit("b.py", "x = 1\n")
    assert report("scan", cwd=repo.path).ids == ["secret-logged"]
    assert report("history", "--min-confidence", "low", cwd=repo.path).ids == []


def test_a_parser_prints_its_tokens(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "def parse(lexer):\n    for token in lexer:\n        print(token)\n"
    )
    assert report("scan", cwd=tmp_path).ids == []
