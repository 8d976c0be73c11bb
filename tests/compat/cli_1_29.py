#!/usr/bin/env python3
"""The commands of the client of Argilla 1.29.1 for a login, users and workspaces.

cli_1_29.py URL API_KEY [--role-names 1.6|2.x]    run by an interpreter with argilla==1.29.1; see harness.py
"""
import json
import sys

from harness import KEY, ORIGINAL, PASSWORD, TWO_ROLES, URL, Cli, example, example_if, finish, is_generated_key, is_uuid

ROLE = "admin" if TWO_ROLES else "owner"
owner, nick, hurra = (Cli(sys.executable, "-m", "argilla") for _ in range(3))
NOT_LOGGED_IN = ["Not logged in", "You are not logged in. Please run 'argilla login' to login to an Argilla server."]
NOT_ENOUGH = ["Not enough permissions", "Logged in user doesn't have enough permissions to execute this command"]


def create(name, *options, cli=owner, code=0, words=("User created",)):
    return cli.expect(code, words, "users", "create", "--username", name, "--password", PASSWORD, *options)


def key_of(said):
    """The key in a panel that describes a user."""
    return said.split("API Key: ")[1].split()[0]


@example
def without_a_login():
    for command in (["whoami"], ["info"], ["logout"], ["users", "list"], ["users", "create", "--username", "x", "--password", PASSWORD],
                    ["users", "--username", "x", "delete"], ["workspaces", "list"], ["workspaces", "create", "x"], ["workspaces", "--name", "x", "add-user", "x"]):
        owner.expect(1, NOT_LOGGED_IN, *command)


@example
def login():
    """What cannot log in leaves no credentials behind.

    Satisfies: S8.
    """
    refused = ["Login error", f"Could not login to the '{URL}' Argilla server. Please check the provided credentials and try again."]
    owner.expect(1, refused, "login", "--api-url", URL, "--api-key", "wrong")
    owner.expect(1, refused, "login", "--api-url", URL, "--api-key", KEY, "--workspace", "nowhere")
    owner.expect(1, ["Extra headers error", "The provided extra headers are not a valid JSON string."],
                 "login", "--api-url", URL, "--api-key", KEY, "--extra-headers", "{bad")
    owner.expect(2, ["--api-url"], "login", "--api-key", KEY)
    assert owner.credentials() is None
    owner.expect(0, ["Logged in", f"Logged in successfully to '{URL}' Argilla server!"],
                 "login", "--api-url", URL, "--api-key", KEY, "--workspace", "argilla", "--extra-headers", '{"X-Mine": "yes"}')
    assert json.loads(owner.credentials()) == {"api_url": URL, "api_key": KEY, "workspace": "argilla", "extra_headers": {"X-Mine": "yes"}}


@example
def who_am_i():
    owner.expect(0, ["Current User", "Username: argilla", f"Role: {ROLE}", "First name:", "Last name: None", f"API Key: {KEY}", "Workspaces: ['argilla']"], "whoami")


@example
def information():
    said = owner.expect(0, ["Argilla Info", f"Connected to {URL}", "Client version: 1.29.1", "Server version: ", "ElasticSearch version: "], "info")
    assert said.split("Server version: ")[1][0].isdigit(), said


@example_if(not TWO_ROLES)
def create_a_workspace():
    owner.expect(0, ["Workspace created", "Workspace with the name=ws successfully created."], "workspaces", "create", "ws")
    owner.expect(1, ["Workspace already exists", "Workspace with name=ws already exists."], "workspaces", "create", "ws")
    owner.expect(1, ["Unexpected error", "An unexpected error occurred when trying to create the workspace."], "workspaces", "create", "Bad Name")
    owner.expect(0, ["other"], "workspaces", "create", "other")
    owner.expect(2, ["NAME"], "workspaces", "create")


@example
def list_workspaces():
    said = owner.expect(0, ["Workspaces", "ID", "Name", "Creation Date", "Last Update Date", "argilla"], "workspaces", "list")
    assert (" ws " in said and " other " in said) == (not TWO_ROLES), said


@example_if(not TWO_ROLES)
def create_users():
    """With everything, with the password asked for, and with as little as possible."""
    said = create("nick", "--first-name", "Nick", "--last-name", "Name", "--role", "annotator", "--workspace", "ws", "--workspace", "argilla",
                  words=["User created", "Username: nick", "Role: annotator", "First name: Nick", "Last name: Name", "API Key: "])
    assert sorted(said.split("Workspaces: ")[1].replace(",", "").split()[:2]) == ["argilla", "ws"], said
    assert is_generated_key(key_of(said))
    nick.expect(0, ["Logged in"], "login", "--api-url", URL, "--api-key", key_of(said))
    nick.expect(0, ["Username: nick", "Role: annotator", f"API Key: {key_of(said)}"], "whoami")
    owner.expect(0, ["User created", "First name: asked", "Last name: None"], "users", "create", "--username", "asked", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    said = create("hurra", "--role", "admin", words=["Role: admin"])
    hurra.expect(0, ["Logged in"], "login", "--api-url", URL, "--api-key", key_of(said))
    create("second", "--role", "owner", words=["Role: owner", "Workspaces: "])


@example_if(not TWO_ROLES)
def bad_users_are_refused():
    create("nick", code=1, words=["User already exists", "User with name=nick already exists."])
    create("Nick4", code=1, words=["Invalid parameters", "Provided parameters are not valid:", "does not match regex"])
    owner.expect(1, ["Invalid parameters", "at least 8 characters"], "users", "create", "--username", "short", "--password", "1234567")
    create("lost", "--workspace", "nowhere", code=1, words=["Invalid parameters", "Provided parameters are not valid:", "Workspace 'nowhere' does not exist"])
    create("boss", "--role", "boss", code=2, words=["--role"])
    said = owner.expect(0, [], "users", "list")
    assert not any(name in said for name in ("short", "lost", "boss")), said


@example_if(not TWO_ROLES)
def list_users():
    columns = ["Users", "ID", "Username", "Role", "First name", "Last name", "Workspaces", "Creation Date", "Last Updated Date"]
    said = owner.expect(0, [*columns, "nick annotator Nick Name"], "users", "list")
    assert all(name in said for name in ("argilla", "asked", "hurra", "second")), said
    assert is_uuid(next(word for word in said.split() if word.count("-") == 4)), said
    said = owner.expect(0, ["nick"], "users", "list", "--workspace", "ws")
    assert not any(name in said for name in ("asked", "hurra", "second")), said
    said = owner.expect(0, ["hurra"], "users", "list", "--role", "admin")
    assert not any(name in said for name in ("nick", "asked", "second")), said
    owner.expect(1, ["Workspace not found", "Workspace with name=nowhere does not exist."], "users", "list", "--workspace", "nowhere")


@example_if(not TWO_ROLES)
def add_a_user_to_a_workspace():
    def add(code, words, workspace, name):
        return owner.expect(code, words, "workspaces", "--name", workspace, "add-user", name)

    add(0, ["User added", "User with username=hurra has been added to workspace=ws"], "ws", "hurra")
    add(1, ["User already exists", "User with username=hurra already exists in workspace=ws."], "ws", "hurra")
    add(1, ["User is owner", "User with name=second is an owner."], "ws", "second")
    add(1, ["Workspace not found", "Workspace with name=nowhere does not exist."], "nowhere", "hurra")
    add(1, ["User not found", "User with username=nobody does not exist"], "ws", "nobody")
    owner.expect(2, ["--name"], "workspaces", "add-user", "hurra")
    owner.expect(0, ["nick", "hurra"], "users", "list", "--workspace", "ws")


@example_if(not TWO_ROLES)
def what_others_may_do():
    """An annotator has its own workspaces; an admin also sees the members of its own; managing is refused."""
    said = nick.expect(0, ["argilla", "ws"], "workspaces", "list")
    assert "other" not in said, said
    said = hurra.expect(0, ["ws"], "workspaces", "list")
    assert "argilla" not in said and "other" not in said, said
    hurra.expect(0, ["nick", "hurra"], "users", "list", "--workspace", "ws")
    nick.expect(1, NOT_ENOUGH, "users", "list", "--workspace", "ws")
    for cli in (nick, hurra):
        cli.expect(1, NOT_ENOUGH, "users", "list")
        create("mine", cli=cli, code=1, words=NOT_ENOUGH)
        cli.expect(1, NOT_ENOUGH, "users", "--username", "asked", "delete")
        cli.expect(1, NOT_ENOUGH, "workspaces", "create", "mine")
        cli.expect(1, NOT_ENOUGH, "workspaces", "--name", "ws", "add-user", "asked")
        cli.expect(1, NOT_ENOUGH, "workspaces", "--name", "ws", "delete-user", "nick")


@example_if(not TWO_ROLES)
def delete_a_user_from_a_workspace():
    def delete(code, words, workspace, name):
        return owner.expect(code, words, "workspaces", "--name", workspace, "delete-user", name)

    delete(0, ["User deleted", "User with username=hurra has been removed from workspace=ws"], "ws", "hurra")
    delete(1, ["User not in workspace", "User with username=hurra does not belong to the workspace=ws."], "ws", "hurra")
    delete(1, ["User is owner", "User with username=second is an owner and cannot be removed from any workspace"], "ws", "second")
    delete(1, ["Workspace not found", "Workspace with name=nowhere does not exist."], "nowhere", "hurra")
    delete(1, ["User not found", "User with username=nobody does not exist"], "ws", "nobody")
    owner.expect(2, ["--name"], "workspaces", "delete-user", "hurra")


@example_if(not TWO_ROLES)
def delete_users():
    for name in ("nick", "asked", "hurra", "second"):
        owner.expect(0, ["User removed", f"User with username={name} has been removed."], "users", "--username", name, "delete")
    owner.expect(1, ["User not found", "User with username=nick doesn't exist."], "users", "--username", "nick", "delete")
    owner.expect(2, ["--username"], "users", "delete")
    nick.expect(1, ["Server not available"], "whoami")


@example_if(not TWO_ROLES and not ORIGINAL)
def the_last_owner_stays():
    owner.expect(1, ["Unexpected error", "An unexpected error occurred when trying to remove the user."], "users", "--username", "argilla", "delete")
    owner.expect(0, ["Username: argilla"], "whoami")


@example_if(TWO_ROLES)
def two_roles_are_not_for_this_client():
    """It manages as an `owner` only, a role that its first user does not have where there are two."""
    owner.expect(1, NOT_ENOUGH, "users", "list")
    create("nick", code=1, words=NOT_ENOUGH)
    owner.expect(1, NOT_ENOUGH, "workspaces", "create", "ws")


@example
def logout():
    nick.expect(0, ["Logged in"], "login", "--api-url", URL, "--api-key", KEY)
    for cli, options in ((owner, []), (nick, ["--force"])):
        cli.expect(0, ["Logout", "Logged out successfully from Argilla server!"], "logout", *options)
        assert cli.credentials() is None
        cli.expect(1, NOT_LOGGED_IN, "whoami")


finish("1.29.1 command line")
