"""What the scripts of the older generations share: their arguments, and how an example runs and is counted.

A generation's script is run by an interpreter that has exactly that generation's client:

    SCRIPT URL API_KEY [--role-names 1.6|2.x] [--original]

against a fresh server whose only user is the owner `argilla` (password 12345678, first name "") with this key, and whose only
workspace is `argilla`, of which the owner is a member. `--role-names` says how the server names the roles towards old clients
(default 2.x). `--original` says that the server is the original one of that generation, which proves the script itself: what Ochre
does otherwise on purpose is then left out or expected the original's way.
"""
import argparse
import atexit
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings

# Settings of whoever runs the script must not reach the client.
for name in [name for name in os.environ if name.startswith(("ARGILLA_", "EXTRALIT_"))]:
    del os.environ[name]
CACHE = tempfile.mkdtemp(prefix="compat-")
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)
os.environ |= {"ARGILLA_CACHE_DIR": CACHE, "EXTRALIT_CACHE_DIR": CACHE, "ARGILLA_ENABLE_TELEMETRY": "0"}

_parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
_parser.add_argument("url")
_parser.add_argument("api_key")
_parser.add_argument("--role-names", choices=["1.6", "2.x"], default="2.x")
_parser.add_argument("--original", action="store_true")
_arguments = _parser.parse_args()

URL, KEY, ORIGINAL = _arguments.url.rstrip("/"), _arguments.api_key, _arguments.original
TWO_ROLES = _arguments.role_names == "1.6"
PASSWORD = "12345678"
DONE = []
warnings.simplefilter("ignore")


def example(function):
    """Runs a part of the guide, and notes that it ran."""
    try:
        function()
    except BaseException:
        print(f"failed: {function.__name__}", file=sys.stderr)
        raise
    DONE.append(function.__name__)
    return function


def example_if(condition):
    """An example that only belongs to some servers."""
    return example if condition else lambda function: function


def finish(version):
    print(f"{version}: {len(DONE)} examples")


def raises(error, call, *words):
    """What `call` raised; it must be an `error` whose text holds all of `words`."""
    try:
        call()
    except error as caught:
        assert all(word in str(caught) for word in words), str(caught)
        return caught
    raise AssertionError(f"{error} expected")


def warned(call, *words):
    """The result of `call`, which must warn with a text that holds all of `words`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    texts = [str(warning.message) for warning in caught]
    assert any(all(word in text for word in words) for text in texts), texts
    return result


def is_uuid(text):
    return str(uuid.UUID(text)) == text


def is_naive_stamp(text):
    """A moment as these generations write it: ISO 8601 in UTC without a zone; some of the originals write whole seconds."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d" + (r"(\.\d{6})?" if ORIGINAL else r"\.\d{6}"), text) is not None


def is_generated_key(text):
    return re.fullmatch(r"[A-Za-z0-9_-]{100,}", text) is not None


class Cli:
    """A command line client that keeps its login in a directory of its own."""

    def __init__(self, *command):
        self.command = command
        self.home = tempfile.mkdtemp(dir=CACHE)
        self.environment = os.environ | {"HOME": self.home, "ARGILLA_CACHE_DIR": self.home, "EXTRALIT_CACHE_DIR": self.home,
                                         "COLUMNS": "400", "TERM": "dumb", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    def run(self, *arguments, stdin=""):
        """Exit code, and both outputs as one text with single spaces and no frames."""
        done = subprocess.run([*self.command, *arguments], env=self.environment, cwd=self.home, input=stdin, text=True, encoding="utf-8",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return done.returncode, " ".join(re.sub(r"[\u2500-\u257f]", " ", done.stdout).split())

    def expect(self, code, words, *arguments, stdin=""):
        """The text that the command said; its exit code must be `code`, and all of `words` must be there."""
        returned, said = self.run(*arguments, stdin=stdin)
        assert returned == code, f"{arguments}: exit code {returned}, {said[-2000:]}"
        for word in words:
            assert word in said, f"{arguments}: {word!r} is not in {said[-2000:]!r}"
        return said

    def credentials(self):
        with contextlib.suppress(FileNotFoundError), open(os.path.join(self.home, "credentials.json"), encoding="utf-8") as file:
            return file.read()
        return None
