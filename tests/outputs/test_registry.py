import subprocess
import sys

import pytest

from leakhunt.errors import UsageError
from leakhunt.outputs import registry
from leakhunt.outputs.options import OutputOptions

from . import samples
from .helpers import written


@pytest.mark.parametrize("name", registry.FORMATS)
def test_every_format_writes_a_clean_report(name):
    assert written(name, samples.clean())


def test_an_unknown_format_is_a_usage_error():
    with pytest.raises(UsageError) as error:
        registry.write("xml", samples.clean(), sys.stdout, OutputOptions())
    assert "terminal" in error.value.hint


@pytest.mark.parametrize("name", [*registry.FORMATS, None])
def test_heavy_libraries_are_imported_by_those_that_need_them(name):
    code = (
        "import io, sys\n"
        "from leakhunt.model import Report\n"
        "from leakhunt.outputs import registry\n"
        "from leakhunt.outputs.options import OutputOptions\n"
        "report = Report('.', (), (), (), {'files': 1}, ())\n"
        f"if {name!r}: registry.write({name!r}, report, io.StringIO(), OutputOptions())\n"
        "print(*sorted({'rich', 'sarif_om', 'attr', 'csv'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENV
    )
    needed = {"sarif": ["attr", "sarif_om"], "csv": ["csv"]}
    needed["sarif-github"] = needed["sarif"]
    assert done.stdout.split() == needed.get(name, [])


ENV = {"PYTHONPATH": ":".join(path for path in sys.path if path), "PATH": ""}
