#!/usr/bin/env python3
"""Makes the dumps in this folder anew, with the real old servers' own command lines.

Each database is made in a new temporary home by the package itself (migrate the
schema, create the default user, create users, change a role), gets a few
empty datasets through the package's own models where the schema has a table for
them, and is then written as plain SQL (`iterdump` for SQLite, `pg_dump --inserts`
for PostgreSQL). What a reader of the dump must find is written to expected.json.

Ids, generated keys, hashes and stamps differ from run to run, so dumps and
expected.json belong together: always commit them together.

    argilla-1.6.0.sql                  alembic 1769ee58fbb4. Roles admin and annotator only; no table
                                       for datasets. The default user, two admins, two annotators.
    argilla-1.6.0-migrated.sql         1.6.0: the default user, then `users.migrate` of the YAML file of
                                       the 1.6 guide (password of all three: 1234). The workspace
                                       `argilla` of the default user is used again by two of them.
    argilla-1.6.0-upgraded-2.8.0.sql   The first one brought to the schema of 2.8.0 by 2.8.0's own
                                       `database migrate`: old roles stay as they are, no owner.
    argilla-1.13.3.sql                 alembic 1e629a913727. Owner, admin, annotator; stamps in whole
                                       seconds; two draft datasets and one ready one.
    argilla-1.29.1.sql                 alembic ca7293c38970. As above with microseconds, and a user name
                                       with capitals.
    argilla-2.8.0.sql                  alembic 580a6553186f. As above; a user and a workspace with names
                                       that no older version took; a password of more than 72 bytes
                                       (bcrypt saw its first 72); datasets_users has rows.
    argilla-2.8.0-postgres.sql         The same in PostgreSQL (uuid, timestamp, enum columns).
    extralit-0.7.2.sql                 alembic a1c9f4e2b703. Extralit's schema, default user `extralit`.

Everywhere: last names set and missing, a key given by hand and generated ones,
memberships in an order that is not the alphabetical one, a user without any.
From 1.13.3 on, `kim` was created as annotator and then made admin by
`users update`, so that updated_at differs from inserted_at.

How to run it (CPython 3.10 for all of them):

    pip install 'argilla[server]==1.6.0'   'pydantic<2' 'numpy<1.24' 'click==8.1.7' 'setuptools<80' 'bcrypt<4'
    pip install 'argilla[server]==1.13.3'  (the same pins)
    pip install 'argilla-server==1.29.1'   (the same pins)
    pip install 'argilla-server==2.8.0'    'click==8.1.8' asyncpg psycopg2-binary
    pip install 'extralit-server==0.7.2'   psycopg2-binary

    make.py --python 1.6.0=PATH --python 1.13.3=PATH --python 1.29.1=PATH \\
            --python 2.8.0=PATH --python extralit-0.7.2=PATH \\
            --postgres postgresql://USER@127.0.0.1:PORT/EMPTY_DATABASE [--postgres-bin DIR]

Dumps whose interpreter (or database) is not given are left as they are, together
with their part of expected.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent

# The file of the guide to 1.6 (`users.migrate`); all three hashes are of "1234".
USERS_FILE = """\
- username: john
  full_name: John Doe
  email: john@argilla.io
  api_key: a14427ea-9197-11ec-b909-0242ac120002
  hashed_password: $2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS
  disabled: False

- username: tanya
  full_name: Tanya Franklin
  email: tanya@argilla.io
  api_key: 78a10b53-8db7-4ab5-9e9e-fbd4b7e76551
  hashed_password: $2y$05$aqNyXcXRXddNj5toZwT0HugHqKZypvqlBAkZviAGGbsAC8oTj/P5K
  workspaces: [argilla, team]
  disabled: True

- username: daisy
  full_name: Daisy Gonzalez
  email: daisy@argilla.io
  api_key: a8168929-8668-494c-b7a5-98cd35740d9b
  hashed_password: $2y$05$l83IhUs4ZDaxsgZ/P12FO.RFTi2wKQ2AxMK2vYtLx//yKramuCcZG
  workspaces: [argilla, team, latam]
  disabled: False
"""

# Adds datasets through the models of the package that runs it. argv: the package, then
# JSON: [[workspace, name, status, guidelines or null, names of users linked to it], ...]
DATASETS_CODE = """
import asyncio, importlib, json, sys
from sqlalchemy import select
package, wanted = sys.argv[1], json.loads(sys.argv[2])
database = importlib.import_module(package + ".database")
models = importlib.import_module(package + ".models")
more = {}
if hasattr(models.Dataset, "distribution"):
    more = {"distribution": {"strategy": "overlap", "min_submitted": 1}}
async def main():
    async with database.AsyncSessionLocal() as db:
        for workspace, name, status, guidelines, users in wanted:
            found = (await db.execute(select(models.Workspace).filter_by(name=workspace))).scalar_one()
            dataset = models.Dataset(name=name, status=status, guidelines=guidelines, workspace_id=found.id, **more)
            db.add(dataset)
            await db.flush()
            for user in users:
                who = (await db.execute(select(models.User).filter_by(username=user))).scalar_one()
                db.add(models.DatasetUser(dataset_id=dataset.id, user_id=who.id))
        await db.commit()
asyncio.run(main())
"""


def user(username, first, last, role, password, workspaces, api_key=None, then_role=None):
    return {
        "username": username,
        "first_name": first,
        "last_name": last,
        "role": role,
        "password": password,
        "workspaces": workspaces,
        "api_key": api_key,
        "then_role": then_role,
    }


def people(boss):
    """The users of every database beside the default one; boss: the role that may do everything."""
    return [
        user("hulio", "Hulio", "Ramos", boss, "hulio-password", [], "hulio.apikey.0001"),
        user("mary", "Mary", None, "admin", "mary-password", ["zebra", "alpha"]),
        user("nick", "Nick", "Name", "annotator", "11223344", ["mango", "zebra"]),
        user("zoe_2-x", "Zo\u00e9", "O'Neil-\u00dcnal", "annotator", "p\u00e4\u00dfw\u00f6rd \U0001f642 12", ["team", "alpha", "mango"]),
    ]


KIM = user("kim", "Kim", None, "annotator", "kim-password", ["mango"], then_role="admin")
CAPITALS = user("MaryAnn", "Mary Ann", "Smith", "annotator", "mary-ann-password", ["alpha"])
FREE_NAME = user("Anna Lena <anna@example.org>", "Anna Lena", None, "annotator", "anna-password", ["Donn\u00e9es & Texte", "alpha"])
LONG = user("long-password", "Long", "Password", "annotator", "0123456789" * 8, ["team"])

DATASETS = [
    ["zebra", "reviews", "draft", "Read twice, then decide.", []],
    ["zebra", "Caf\u00e9s 'n' bars", "draft", None, []],
    ["mango", "reviews", "ready", None, []],
]


def default_user(name="argilla", password="1234", role="owner"):
    return user(name, "", None, role, password, [name], name + ".apikey")


class Package:
    """One interpreter with one server package, run in a home of its own."""

    def __init__(self, python, home, prefix="ARGILLA", database=None):
        self.python = python
        self.home = Path(home)
        self.env = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
        self.env.update(
            {
                "HOME": str(home),
                "LANG": "C.UTF-8",
                "LC_ALL": "C.UTF-8",
                "PYTHONWARNINGS": "ignore",
                prefix + "_HOME_PATH": str(home),
                "ARGILLA_ENABLE_TELEMETRY": "0",
                "HF_HUB_OFFLINE": "1",
            }
        )
        if database:
            self.env[prefix + "_DATABASE_URL"] = database

    def run(self, *args, **more):
        done = subprocess.run(
            [self.python, *args],
            env={**self.env, **more},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            sys.exit(f"{args}: exit {done.returncode}\n{done.stdout}\n{done.stderr[-4000:]}")
        return done.stdout


def create_options(one):
    options = ["--first-name", one["first_name"], "--username", one["username"]]
    options += ["--role", one["role"], "--password", one["password"]]
    if one["last_name"]:
        options += ["--last-name", one["last_name"]]
    if one["api_key"]:
        options += ["--api-key", one["api_key"]]
    for workspace in one["workspaces"]:
        options += ["--workspace", workspace]
    return options


def fill(package, users_command, default, users, create_default=True):
    """Creates the default user and the others; users_command: how the package spells `users`."""

    def command(name, *args):
        out = package.run("-m", *users_command(name), *args)
        if "Skipping" in out or "will not do anything" in out:
            sys.exit(f"{name} {args}: {out}")

    if create_default:
        command("create_default")
    for one in users:
        command("create", *create_options(one))
        if one["then_role"]:
            command("update", one["username"], "--role", one["then_role"])
            one = {**one, "role": one["then_role"]}
    return ([default] if create_default else []) + [{**one, "role": one["then_role"] or one["role"]} for one in users]


class Sqlite:
    engine = "sqlite"
    row_order = ", workspaces_users.rowid"

    def __init__(self, path):
        self.path = path

    def rows(self, query):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(query)]
        connection.close()
        return found

    def dump(self):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        text = "\n".join(connection.iterdump()) + "\n"
        connection.close()
        return text


class Postgres:
    engine = "postgresql"
    row_order = ""

    def __init__(self, url, binaries):
        self.url = url
        self.binaries = binaries

    def tool(self, name, *args):
        program = str(Path(self.binaries) / name) if self.binaries else name
        return subprocess.run([program, *args, self.url], check=True, capture_output=True, text=True).stdout

    def rows(self, query):
        return json.loads(self.tool("psql", "-XAtc", f"SELECT coalesce(json_agg(t), '[]') FROM ({query}) t"))

    def dump(self):
        text = self.tool("pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces")
        kept = []
        for line in text.splitlines():
            # psql's own commands, comments and blank lines: no SQL, and different from run to run
            if line and not line.startswith(("--", "\\")):
                kept.append(line)
        return "\n".join(kept) + "\n"


def plain_id(text):
    return str(uuid.UUID(text))


def expectation(database, users, datasets):
    """What the database holds, checked against what was asked for."""
    stamps = "CAST({0}.inserted_at AS TEXT) AS inserted_at, CAST({0}.updated_at AS TEXT) AS updated_at"
    workspaces = database.rows(
        f"SELECT CAST(id AS TEXT) AS id, name, {stamps.format('workspaces')} FROM workspaces ORDER BY workspaces.inserted_at, name"
    )
    found = {
        row["username"]: row
        for row in database.rows(
            "SELECT CAST(id AS TEXT) AS id, username, first_name, last_name, CAST(role AS TEXT) AS role, api_key, "
            f"password_hash, {stamps.format('users')} FROM users"
        )
    }
    links = database.rows(
        "SELECT CAST(workspaces_users.user_id AS TEXT) AS user_id, workspaces.name AS name FROM workspaces_users "
        "JOIN workspaces ON workspaces.id = workspaces_users.workspace_id "
        f"ORDER BY workspaces_users.inserted_at{database.row_order}"
    )
    out = []
    for one in users:
        row = found.pop(one["username"])
        linked = [link["name"] for link in links if link["user_id"] == row["id"]]
        for key in ("first_name", "last_name", "role"):
            assert row[key] == one[key], (one["username"], key, row[key], one[key])
        assert one["api_key"] in (None, row["api_key"])
        assert linked == one["workspaces"], (one["username"], linked, one["workspaces"])
        out.append(
            {
                "id": plain_id(row["id"]),
                "username": row["username"],
                "first_name": row["first_name"],
                "last_name": row["last_name"],
                "role": row["role"],
                "api_key": row["api_key"],
                "password": one["password"],
                "password_hash": row["password_hash"],
                "workspaces": linked,
                "inserted_at": row["inserted_at"],
                "updated_at": row["updated_at"],
            }
        )
    assert not found, found
    stored = []
    if datasets:
        stored = database.rows(
            "SELECT CAST(datasets.id AS TEXT) AS id, datasets.name AS name, workspaces.name AS workspace, "
            "CAST(datasets.status AS TEXT) AS status FROM datasets JOIN workspaces ON workspaces.id = datasets.workspace_id "
            "ORDER BY datasets.name, workspaces.name"
        )
        assert len(stored) == len(datasets)
    return {
        "engine": database.engine,
        "alembic_version": database.rows("SELECT version_num FROM alembic_version")[0]["version_num"],
        "users": out,
        "workspaces": [{**row, "id": plain_id(row["id"])} for row in workspaces],
        "memberships": len(links),
        "datasets": [{**row, "id": plain_id(row["id"])} for row in stored],
    }


class Maker:
    def __init__(self, options):
        self.options = options
        self.pythons = dict(item.split("=", 1) for item in options.python)
        self.out = Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.work = Path(tempfile.mkdtemp(prefix="databases-"))
        self.expected_file = self.out / "expected.json"
        self.expected = json.loads(self.expected_file.read_text()) if self.expected_file.exists() else {}

    def home(self, name):
        home = self.work / name
        home.mkdir()
        return home

    def write(self, name, what, database, users, datasets=()):
        self.expected[name] = expectation(database, users, datasets)
        text = f"-- Made by make.py: {what}.\n" + database.dump()
        assert str(self.work) not in text
        (self.out / f"{name}.sql").write_text(text)
        print(f"{name}.sql: {len(text.encode())} bytes, {len(users)} users")

    def argilla_16(self):
        python = self.pythons["1.6.0"]
        tasks = lambda name: [f"argilla.tasks.users.{name}"]

        home = self.home("1.6.0")
        package = Package(python, home)
        package.run("-m", "argilla.tasks.database.migrate")
        users = fill(package, tasks, default_user(role="admin"), people("admin"))
        self.write("argilla-1.6.0", "argilla 1.6.0, SQLite", Sqlite(home / "argilla.db"), users)

        if "2.8.0" in self.pythons:
            upgraded = self.home("1.6.0-upgraded")
            shutil.copy(home / "argilla.db", upgraded / "argilla.db")
            Package(self.pythons["2.8.0"], upgraded).run("-m", "argilla_server", "database", "migrate")
            what = "argilla 1.6.0, SQLite, upgraded by argilla-server 2.8.0"
            self.write("argilla-1.6.0-upgraded-2.8.0", what, Sqlite(upgraded / "argilla.db"), users)

        home = self.home("1.6.0-migrated")
        package = Package(python, home)
        package.run("-m", "argilla.tasks.database.migrate")
        package.run("-m", "argilla.tasks.users.create_default")
        (home / "users.yml").write_text(USERS_FILE)
        package.run("-m", "argilla.tasks.users.migrate", ARGILLA_LOCAL_AUTH_USERS_DB_FILE=str(home / "users.yml"))
        users = [
            default_user(role="admin"),
            user("john", "John Doe", None, "admin", "1234", ["john"], "a14427ea-9197-11ec-b909-0242ac120002"),
            user("tanya", "Tanya Franklin", None, "annotator", "1234", ["tanya", "argilla", "team"], "78a10b53-8db7-4ab5-9e9e-fbd4b7e76551"),
            user("daisy", "Daisy Gonzalez", None, "annotator", "1234", ["daisy", "argilla", "team", "latam"], "a8168929-8668-494c-b7a5-98cd35740d9b"),
        ]
        self.write("argilla-1.6.0-migrated", "argilla 1.6.0, SQLite, with users.migrate", Sqlite(home / "argilla.db"), users)

    def later(self, name, version, what, module, users_command, extra, package_name, default=None, database=None, prefix="ARGILLA", file="argilla.db", datasets=DATASETS):
        home = self.home(name)
        url = database.url.replace("postgresql://", "postgresql+asyncpg://") if database else None
        package = Package(self.pythons[version], home, prefix, url)
        package.run("-m", module, "database", "migrate")
        users = fill(package, users_command, default or default_user(), [*people("owner"), KIM, *extra])
        package.run("-c", DATASETS_CODE, package_name, json.dumps(datasets))
        self.write(name, what, database or Sqlite(home / file), users, datasets)

    def make(self):
        linked = [[*DATASETS[0][:4], ["nick", "zoe_2-x"]], *DATASETS[1:]]
        of_server = lambda module: lambda name: [module, "database", "users", name]
        if "1.6.0" in self.pythons:
            self.argilla_16()
        if "1.13.3" in self.pythons:
            of_113 = lambda name: ["argilla", "users", name]
            self.later("argilla-1.13.3", "1.13.3", "argilla 1.13.3, SQLite", "argilla", of_113, [], "argilla.server")
        if "1.29.1" in self.pythons:
            self.later(
                "argilla-1.29.1", "1.29.1", "argilla-server 1.29.1, SQLite", "argilla_server", of_server("argilla_server"), [CAPITALS], "argilla_server"
            )
        if "2.8.0" in self.pythons:
            for name, what, database in [
                ("argilla-2.8.0", "argilla-server 2.8.0, SQLite", None),
                (
                    "argilla-2.8.0-postgres",
                    "argilla-server 2.8.0, PostgreSQL",
                    self.options.postgres and Postgres(self.options.postgres, self.options.postgres_bin),
                ),
            ]:
                if database is None and name.endswith("postgres"):
                    continue
                self.later(
                    name,
                    "2.8.0",
                    what,
                    "argilla_server",
                    of_server("argilla_server"),
                    [CAPITALS, FREE_NAME, LONG],
                    "argilla_server",
                    database=database,
                    datasets=linked,
                )
        if "extralit-0.7.2" in self.pythons:
            self.later(
                "extralit-0.7.2",
                "extralit-0.7.2",
                "extralit-server 0.7.2, SQLite",
                "extralit_server",
                of_server("extralit_server"),
                [CAPITALS],
                "extralit_server",
                default=default_user("extralit", "12345678"),
                prefix="EXTRALIT",
                file="extralit.db",
            )
        self.expected_file.write_text(json.dumps(self.expected, indent=1, ensure_ascii=False, sort_keys=False) + "\n")
        shutil.rmtree(self.work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", default=[], metavar="VERSION=PATH")
    parser.add_argument("--postgres", metavar="URL", help="an empty database for argilla-2.8.0-postgres.sql")
    parser.add_argument("--postgres-bin", metavar="DIR", help="where psql and pg_dump are, if not on PATH")
    parser.add_argument("--out", default=HERE, metavar="DIR")
    Maker(parser.parse_args()).make()


if __name__ == "__main__":
    main()
