#!/usr/bin/env python3
"""Every example of the user management guide of Extralit, its way to log in, and its commands, with the client of 0.7.2.

guide_extralit.py URL API_KEY [--role-names 1.6|2.x]    run by an interpreter with extralit==0.7.2; see harness.py

Satisfies: S105.
"""
import json
import pathlib
import sys
import uuid

from harness import KEY, ORIGINAL, PASSWORD, URL, Cli, example, example_if, finish, is_generated_key, is_naive_stamp, is_uuid, raises, warned

import extralit as ex
import httpx
from extralit._exceptions import (ConflictError, ExtralitCredentialsError, ForbiddenError, NotFoundError, UnauthorizedError,
                                  UnprocessableEntityError)

http = httpx.Client(base_url=f"{URL}/api/v1", headers={"X-Extralit-Api-Key": KEY}, timeout=60)
client = ex.Extralit(api_url=URL, api_key=KEY)
cli = Cli(str(pathlib.Path(sys.executable).parent / "extralit"))


def names(users):
    return [user.username for user in users]


def client_of(key):
    return ex.Extralit(api_url=URL, api_key=key)


def key_of(name):
    return next(user["api_key"] for user in http.get("/users").json()["items"] if user["username"] == name)


def create(name, **more):
    return ex.User(**({"username": name, "password": PASSWORD, "client": client} | more)).create()


def log_in(name, password=PASSWORD, status=201):
    answer = http.post("/token", data={"username": name, "password": password}, headers={"X-Extralit-Api-Key": ""})
    assert answer.status_code == status, answer.text
    return answer.json()


def me(**headers):
    return httpx.get(f"{URL}/api/v1/me", headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=60)


def refresh(body):
    return httpx.post(f"{URL}/api/v1/token/refresh", json=body, timeout=60)


def unauthorized(answer):
    assert answer.status_code == 401 and answer.json()["detail"]["code"].endswith("::UnauthorizedError"), answer.text


@example
def get_current_user():
    """By the key; a wrong one is told.

    Satisfies: S92, S94.
    """
    current = client.me
    assert (current.username, current.role, current.last_name) == ("argilla", "owner", None)
    assert ORIGINAL or current.first_name == ""
    assert current.id and current.inserted_at == current.updated_at
    assert (client.users("argilla").id, client.users("argilla").username) == (current.id, "argilla")
    raises(ExtralitCredentialsError, lambda: client_of("wrong"))


@example
def log_in_with_a_password():
    """Two tokens, whatever the case of the name; only the one for access opens anything.

    Satisfies: S82.
    """
    for name in ("argilla", "Argilla", "ARGILLA"):
        session = log_in(name)
        assert list(session) == ["access_token", "token_type", "refresh_token"] and session["token_type"] == "bearer"
        assert me(authorization=f"Bearer {session['access_token']}").json()["username"] == "argilla"
    assert session["access_token"] != session["refresh_token"]
    log_in("argilla", "12345679", status=401)
    log_in("argillas", status=401)
    for role in ("owner", "admin", "annotator"):
        create(f"as-{role}", role=role)
        theirs = me(authorization=f"Bearer {log_in(f'as-{role}')['access_token']}").json()
        assert (theirs["username"], theirs["role"]) == (f"as-{role}", role)
        client.users(f"as-{role}").delete()


@example
def refresh_a_session():
    session = log_in("argilla")
    answer = refresh({"refresh_token": session["refresh_token"]})
    assert answer.status_code == 201, answer.text
    renewed = answer.json()
    assert list(renewed) == ["access_token", "token_type", "refresh_token"] and renewed["token_type"] == "bearer"
    assert renewed["refresh_token"] is None and renewed["access_token"]
    assert me(authorization=f"Bearer {renewed['access_token']}").json()["username"] == "argilla"
    assert refresh({"refresh_token": session["refresh_token"]}).status_code == 201
    for wrong in (session["access_token"], renewed["access_token"], KEY, "x", ""):
        unauthorized(refresh({"refresh_token": wrong}))
    for body in ({}, {"refresh_token": None}, {"refresh_token": 1}):
        assert refresh(body).status_code == 422, body


@example_if(not ORIGINAL)
def what_a_refresh_token_does_not_open():
    """Nothing but a new access token, and no longer than its user is there."""
    user = create("passing")
    session = log_in("passing")
    unauthorized(me(authorization=f"Bearer {session['refresh_token']}"))
    for name in ("x_argilla_api_key", "x_extralit_api_key"):
        unauthorized(me(**{name: session["refresh_token"]}))
        assert me(**{name: KEY}).json()["username"] == "argilla"
    user.delete()
    unauthorized(refresh({"refresh_token": session["refresh_token"]}))
    unauthorized(me(authorization=f"Bearer {session['access_token']}"))


@example_if(not ORIGINAL)
def the_case_of_a_name():
    """The exact name first, else the only one that differs in case alone; the login of old clients does the same, with one token."""
    lower, upper = create("pair"), create("Pair", password="87654321")
    log_in("pair"), log_in("Pair", "87654321")
    log_in("Pair", status=401)
    log_in("PAIR", status=401), log_in("PAIR", "87654321", status=401)
    upper.delete()
    log_in("PAIR")
    old = httpx.post(f"{URL}/api/security/token", data={"username": "PAIR", "password": PASSWORD}, timeout=60)
    assert old.status_code == 200 and sorted(old.json()) == ["access_token", "token_type"], old.text
    lower.delete()


@example
def create_a_user():
    """With a name and a password alone; the answer has the key and never the password.

    Satisfies: S90, S93.
    """
    ex.Extralit(api_url=URL, api_key=KEY)
    created = ex.User(username="my_username", password=PASSWORD).create()
    assert created.id and (created.username, created.first_name, created.last_name, created.role) == ("my_username", "my_username", None, "annotator")
    answer = http.get(f"/users/{created.id}")
    assert answer.status_code == 200 and is_generated_key(answer.json()["api_key"])
    assert PASSWORD not in answer.text and me(x_extralit_api_key=answer.json()["api_key"]).json() == answer.json()
    assert is_uuid(answer.json()["id"]) and is_naive_stamp(answer.json()["inserted_at"])


@example
def main_class_with_every_argument():
    """A second owner, with everything given.

    Satisfies: S77, S91.
    """
    user = create("username", first_name="first_name", last_name="last_name", role="owner", password="password")
    assert (user.username, user.first_name, user.last_name, user.role) == ("username", "first_name", "last_name", "owner")
    assert len(client_of(key_of("username")).users) == 3


@example
def bad_users_are_refused():
    raises(ConflictError, lambda: create("my_username"))
    raises(UnprocessableEntityError, lambda: create("short", password="1234567"))
    raises(UnprocessableEntityError, lambda: ex.User(username="no_password", client=client).create())


@example
def list_users():
    """To iterate, to count, and as a notebook's table.

    Satisfies: S95, S96.
    """
    users = client.users
    assert [user.username for user in users] == ["argilla", "my_username", "username"]
    assert len(client.users) == 3 and names(client.users.list()) == ["argilla", "my_username", "username"]
    table = client.users._repr_html_()
    assert all(text in table for text in ("my_username", "username", "id", "role", "updated_at"))


@example
def retrieve_a_user():
    """By name or by id; one that is not there is a warning and None.

    Satisfies: S97, S98.
    """
    by_name = client.users("my_username")
    assert by_name.username == "my_username"
    assert client.users(id=by_name.id).username == client.users(id=str(by_name.id)).username == "my_username"
    assert warned(lambda: client.users("nobody")) is None
    assert warned(lambda: client.users(id=uuid.uuid4())) is None
    assert http.get(f"/users/{uuid.uuid4()}").status_code == 404


@example
def create_and_find_workspaces():
    created = ex.Workspace(name="my-workspace", client=client).create()
    assert created.id and created.name == "my-workspace" and client.api.workspaces.exists(created.id)
    ex.Workspace(name="other", client=client).create()
    assert [workspace.name for workspace in client.workspaces] == ["argilla", "my-workspace", "other"]
    assert client.workspaces("my-workspace").id == client.workspaces(id=created.id).id == created.id
    assert warned(lambda: client.workspaces("nowhere")) is None
    raises(ConflictError, lambda: ex.Workspace(name="other", client=client).create())


@example
def add_a_user_to_a_workspace():
    """By either class, and once.

    Satisfies: S100.
    """
    user, workspace = client.users("my_username"), client.workspaces("my-workspace")
    assert user.add_to_workspace(workspace).username == "my_username"
    raises(ConflictError, lambda: user.add_to_workspace(workspace))
    assert workspace.add_user("username").username == "username"
    again = http.post(f"/workspaces/{client.workspaces('other').id}/users", json={"user_id": str(user.id)})
    assert again.status_code == 201 and again.json()["username"] == "my_username"


@example
def list_users_in_a_workspace():
    """To iterate and to count.

    Satisfies: S99.
    """
    workspace = client.workspaces("my-workspace")
    assert [user.username for user in workspace.users] == ["my_username", "username"]
    assert len(workspace.users) == 2 and names(client.workspaces("other").users) == ["my_username"]
    answer = http.get(f"/workspaces/{workspace.id}/users")
    assert list(answer.json()) == ["items"]


@example
def remove_a_user_from_a_workspace():
    """By either class, and once.

    Satisfies: S101.
    """
    user, workspace = client.users("my_username"), client.workspaces("my-workspace")
    assert user.remove_from_workspace(workspace).username == "my_username"
    raises(NotFoundError, lambda: user.remove_from_workspace(workspace))
    assert names(workspace.users) == ["username"]
    assert workspace.remove_user("username").username == "username"
    assert len(workspace.users) == 0
    assert http.delete(f"/workspaces/{client.workspaces('other').id}/users/{user.id}").status_code == 200


@example
def update_a_user():
    """The four attributes, and over HTTP the password; what is refused; the old name is no login any more.

    Satisfies: S104.
    """
    user, updated = client.users("my_username"), client.users("my_username").updated_at
    user.username, user.first_name, user.last_name, user.role = "new_username", "new_first_name", "new_last_name", "admin"
    user.update()
    again = client.users("new_username")
    assert (again.id, again.first_name, again.last_name, again.role) == (user.id, "new_first_name", "new_last_name", "admin")
    assert again.updated_at > updated and warned(lambda: client.users("my_username")) is None
    log_in("new_username"), log_in("my_username", status=401)
    assert http.patch(f"/users/{user.id}", json={"password": "87654321"}).status_code == 200
    log_in("new_username", "87654321"), log_in("new_username", status=401)
    taken = http.patch(f"/users/{user.id}", json={"username": "username"})
    assert (taken.status_code, taken.json()) == (422, {"detail": "Username 'username' already exists"}), taken.text
    for name in ("first_name", "username", "role", "password"):
        assert http.patch(f"/users/{user.id}", json={name: None}).status_code == 422, name
    assert http.patch(f"/users/{user.id}", json={"last_name": None}).json()["last_name"] is None
    theirs = client_of(key_of("new_username"))
    assert theirs.http_client.patch(f"/api/v1/users/{user.id}", json={"first_name": "Mine"}).status_code == 403


@example
def what_an_owner_may_do():
    """A second owner has all workspaces, and manages users as the first one does.

    Satisfies: S83, S84.
    """
    second = client_of(key_of("username"))
    assert [workspace.name for workspace in second.workspaces] == ["argilla", "my-workspace", "other"]
    made = ex.User(username="found", password=PASSWORD, client=second).create()
    made.add_to_workspace(second.workspaces("other"))
    assert "found" in names(second.users) and second.users("found").id == made.id
    made.delete()
    assert warned(lambda: second.users("found")) is None


@example
def what_others_may_do():
    """An admin reads the workspaces it was assigned to, an annotator too, without the members; neither manages anything.

    Satisfies: S78, S79, S81, S85, S86, S87.
    """
    workspace, other = client.workspaces("my-workspace"), client.workspaces("other")
    nobody = create("nobody")
    for role in ("admin", "annotator"):
        user = create(role, role=role)
        user.add_to_workspace(workspace)
        theirs = client_of(key_of(role))
        assert theirs.me.role == role and theirs.me.username == role
        assert [space.name for space in theirs.workspaces] == ["my-workspace"]
        call = theirs.http_client
        assert call.get(f"/api/v1/workspaces/{workspace.id}").status_code == 200
        assert call.get(f"/api/v1/workspaces/{other.id}").status_code == 403
        assert call.get(f"/api/v1/workspaces/{workspace.id}/users").status_code == (200 if role == "admin" else 403)
        assert call.get(f"/api/v1/workspaces/{other.id}/users").status_code == 403
        assert call.post(f"/api/v1/workspaces/{workspace.id}/users", json={"user_id": str(nobody.id)}).status_code == 403
        assert call.delete(f"/api/v1/workspaces/{workspace.id}").status_code == 403
        if not (ORIGINAL and role == "admin"):
            raises(ForbiddenError, lambda: ex.Workspace(name="mine", client=theirs).create())
        raises(ForbiddenError, lambda: list(theirs.users))
        assert call.get(f"/api/v1/users/{nobody.id}").status_code == 403
        raises(ForbiddenError, lambda: ex.User(username="mine", password=PASSWORD, client=theirs).create())
        assert call.patch(f"/api/v1/users/{nobody.id}", json={"first_name": "Mine"}).status_code == 403
        assert call.delete(f"/api/v1/users/{nobody.id}").status_code == 403
        user.delete()
        raises(UnauthorizedError, theirs.api.users.get_me)
    owned = http.post("/workspaces", json={"name": "owned"})
    assert owned.status_code == 201 and http.delete(f"/workspaces/{owned.json()['id']}").status_code == 200
    nobody.delete()


@example
def delete_a_user():
    """Gone by name and by id.

    Satisfies: S102.
    """
    user = client.users("new_username")
    known = user.id
    user.delete()
    assert warned(lambda: client.users("new_username")) is None and not client.api.users.exist(known)
    assert http.delete(f"/users/{known}").status_code == 404
    client.users("username").delete()
    assert names(client.users) == ["argilla"]


@example
def delete_workspaces():
    for name in ("my-workspace", "other"):
        client.workspaces(name).delete()
    assert [workspace.name for workspace in client.workspaces] == ["argilla"]


@example
def commands_without_a_login():
    for command in (["whoami"], ["info"], ["users", "list"], ["users", "create", "--username", "x", "--password", PASSWORD], ["workspaces", "list"]):
        cli.expect(1, ["Not logged in", "You are not logged in. Please run 'extralit login' to login to the Extralit server."], *command)


@example
def command_login():
    cli.expect(1, ["Login error", f"Could not login to the '{URL}' Extralit server."], "login", "--api-url", URL, "--api-key", "wrong")
    assert cli.credentials() is None
    cli.expect(0, ["Logged in", f"Logged in successfully to '{URL}' Extralit server!"], "login", "--api-url", URL, "--api-key", KEY)
    assert json.loads(cli.credentials()) == {"api_url": URL, "api_key": KEY, "workspace": None, "extra_headers": {}}


@example
def commands_about_oneself():
    cli.expect(0, ["Current User", "Username: argilla", "Role: owner", "First name:", "Last name: None"], "whoami")
    cli.expect(0, ["Extralit Info", f"Connected to {URL}", "Client version: 0.7.2"], "info")


@example
def commands_for_workspaces():
    cli.expect(0, ["Workspace created", "Workspace with the name=ws successfully created."], "workspaces", "create", "ws")
    cli.expect(0, ["argilla", "ws"], "workspaces", "list")
    assert cli.run("workspaces", "create", "ws")[0] != 0


@example
def commands_for_users():
    cli.expect(0, ["User created (linked to workspaces: ws)", "nick", "annotator"],
               "users", "create", "--username", "nick", "--password", PASSWORD, "--first-name", "Nick", "--last-name", "Name", "--workspace", "ws")
    cli.expect(0, ["User created", "asked", "Some workspaces not linked", "could not be linked: nowhere."],
               "users", "create", "--username", "asked", "--role", "admin", "--workspace", "nowhere", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    said = cli.expect(0, ["Users", "nick"], "users", "list", "--workspace", "ws")
    assert "asked" not in said, said
    cli.expect(1, ["Workspace not found"], "users", "list", "--workspace", "nowhere")
    assert cli.run("users", "create", "--username", "nick", "--password", PASSWORD)[0] != 0
    assert cli.run("users", "create", "--username", "short", "--password", "1234567")[0] != 0
    assert names(client.users) == ["argilla", "nick", "asked"]


@example
def commands_that_never_worked():
    """The client itself refuses an owner the list of all users, and cannot add a user to a workspace."""
    cli.expect(2, ["You are not authorized to list all users"], "users", "list")
    assert cli.run("workspaces", "--name", "ws", "add-user", "asked")[0] != 0
    assert names(client.workspaces("ws").users) == ["nick"]


@example
def commands_that_take_away():
    cli.expect(0, ["User removed", "User with username=nick has been removed from workspace=ws"], "workspaces", "--name", "ws", "delete-user", "nick")
    assert len(client.workspaces("ws").users) == 0
    cli.expect(1, ["Workspace not found", "Workspace with name=nowhere does not exist."], "workspaces", "--name", "nowhere", "delete-user", "nick")
    cli.expect(1, ["User is owner"], "workspaces", "--name", "ws", "delete-user", "argilla")
    for name in ("nick", "asked"):
        cli.expect(0, ["User removed", f"User with username={name} has been removed."], "users", "delete", "--username", name)
    assert names(client.users) == ["argilla"]


@example
def command_logout():
    cli.expect(0, ["Logout", "Logged out successfully from Extralit server!"], "logout")
    assert cli.credentials() is None


finish("extralit 0.7.2")
