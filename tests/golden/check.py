#!/usr/bin/env python3
"""Replays the recorded answers of a real Argilla 2.8.0 server, and compares the differences with the decisions.

check.py URL --secret SECRET    against a fresh server with the owner argilla / 12345678 / argilla.apikey

A difference must be named in the last column of the tables of docs/reference/compatibility.md (patterns as `auth.jwt.*`
are fine), and what is named there must differ: the document can neither hide a difference nor invent one.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs/reference/compatibility.md"


def decided():
    """Every name in the last column of a table of the document."""
    names = []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4:
            names += re.findall(r"`([a-z0-9_.*?]+)`", cells[3])
    return names


def main():
    url, *rest = sys.argv[1:]
    replay = subprocess.run([sys.executable, HERE / "replay.py", "check", url, "argilla.apikey", HERE / "v1_users.jsonl", "-v", *rest],
                            capture_output=True, text=True)
    lines = replay.stdout.splitlines()
    differing = {match[1]: line for line in lines if (match := re.match(r"DIFF (?:\(reference bug, optional\) )?(\S+)", line))}
    if not lines or "compared match" not in lines[-1]:
        print(replay.stdout, replay.stderr)
        return "the replay did not finish"
    patterns = decided()
    unexplained = [name for name in differing if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    for name in unexplained:
        start = lines.index(differing[name])
        print("\n".join(lines[start:start + 3]))
    invented = [pattern for pattern in patterns if not fnmatch.filter(differing, pattern)]
    for pattern in invented:
        print(f"{pattern} is named in {DOCUMENT.name}, but does not differ")
    print(lines[-1], f"({len(differing)} differ by decision)" if not unexplained else "")
    return f"{len(unexplained)} unexplained and {len(invented)} invented differences" if unexplained or invented else 0


sys.exit(main())
