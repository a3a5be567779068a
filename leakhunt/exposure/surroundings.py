"""What a path says about a file: product, test or example; and for which environment."""

from __future__ import annotations

import functools
import re

from leakhunt import lazy
from leakhunt.exposure.model import Setting

_TEST = lazy.pattern(
    r"(?i)(?:^|/)(?:tests?|specs?|__tests?__|__mocks__|testing|testdata|test[-_]?data|fixtures?|mocks?"
    r"|e2e|integration|acceptance|testutils?|test[-_]utils?|test[-_]?helpers?|testcases?|jvmtest"
    r"|commontest|it|tst|unittests?|benchmarks?|bench|simulator|testlib|[\w-]+[-_]tests?"
    r"|tests?[-_][\w-]+|[\w.]+\.(?:unit|functional|integration)?tests?)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|[^/]*[-_.](?:test|tests|spec|specs|mock|mocks|stub|fixture)"
    r"|[^/]*_unittest|fake[-_][^/]*|(?:run[-_]?)?tests?|(?:testing|tests?)[-_.][^/]*compose[^/]*"
    r"|[^/]*compose[-_.](?:ci|e2e|integration)(?:[-_.][^/]*)?|(?:ci|e2e)[-_.][^/]*compose[^/]*)"
    r"\.[a-z]+$"
)
_TEST_CASE = lazy.pattern(r"(?:^|/)[^/]*(?:Tests?|Spec|Mock|IT|TestCase|TestServer)\.[a-z]+$")
_CI = lazy.pattern(
    r"(?i)(?:^|/)(?:\.(?:github|gitea|forgejo)/(?:workflows|actions)/|\.circleci/|\.gitlab/ci/|\.buildkite/"
    r"|(?:\.gitlab-ci|\.travis|\.drone|\.woodpecker|appveyor|azure-pipelines|bitbucket-pipelines)[\w.-]*$"
    r"|jenkinsfile[^/]*$)"
)
"""What runs on a machine that is thrown away."""
_EXAMPLE = lazy.pattern(
    r"(?i)(?:^|/)(?:examples?|samples?|demos?|docs?|documentation|tutorials?|playgrounds?|guides?"
    r"|quickstarts?|snippets|cookbook|website|exercises?|workshops?|boilerplate|scratch|[\w-]*[-_]examples?"
    r"|example[-_][\w-]+)/"
    r"|(?:^|/)[^/]*[-_.](?:example|sample|demo|dist|template|tmpl)(?:\.[a-z]+)?$"
    r"|(?:^|/)(?:example|sample|demo)s?[-_.][^/]*$|\.(?:md|rst|adoc|mdx|markdown)$|(?:^|/)(?:readme|changelog)[^/]*$"
)
_ENVIRONMENTS = {
    "dev": "dev",
    "develop": "dev",
    "development": "dev",
    "local": "local",
    "debug": "dev",
    "override": "local",
    "stage": "staging",
    "staging": "staging",
    "stg": "staging",
    "uat": "staging",
    "preprod": "staging",
    "qa": "staging",
    "prod": "prod",
    "production": "prod",
    "prd": "prod",
    "live": "prod",
    "test": "test",
    "testing": "test",
    "ci": "test",
}


@functools.lru_cache(4096)
def setting_of(path: str) -> Setting:
    """Say whether a file belongs to the product, to its tests or to examples."""
    if _TEST.search(path) or _TEST_CASE.search(path) or _CI.search(path):
        return Setting.TEST
    return Setting.EXAMPLE if _EXAMPLE.search(path) else Setting.PRODUCT


@functools.lru_cache(4096)
def environment_of(path: str) -> str:
    """Return the environment that the name of a file, or of its folder, stands for; or nothing."""
    parts = path.lower().split("/")
    for part in reversed(parts[-3:]):
        for word in reversed(re.split(r"[-_.]", part)):
            if word in _ENVIRONMENTS:
                return _ENVIRONMENTS[word]
    return ""
