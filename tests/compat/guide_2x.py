#!/usr/bin/env python3
"""Every example of the user management guide of Argilla 2.x (and of Extralit's copy of it), with the official Python SDK.

guide_2x.py URL API_KEY    against a fresh server whose owner has this key and a workspace `argilla`
"""
import sys
import uuid
import warnings

import argilla as rg
from argilla._exceptions import ConflictError, ForbiddenError, NotFoundError, UnauthorizedError, UnprocessableEntityError

URL, KEY = sys.argv[1:]
PASSWORD = "12345678"
DONE = []


def example(function):
    """Runs a part of the guide, and notes that it ran."""
    function()
    DONE.append(function.__name__)
    return function


def raises(error, call):
    try:
        call()
    except error as caught:
        return caught
    raise AssertionError(f"{error.__name__} expected")


def silent(call):
    """Calls what warns of a missing user, and checks that it does."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    assert caught, "a warning is expected"
    return result


client = rg.Argilla(api_url=URL, api_key=KEY)


@example
def get_current_user():
    me = client.me
    assert (me.username, str(me.role), me.first_name, me.last_name) in [("argilla", "owner", "", None), ("argilla", "Role.owner", "", None)], me
    assert me.id and me.inserted_at == me.updated_at


@example
def wrong_credentials_are_told():
    raises(Exception, lambda: rg.Argilla(api_url=URL, api_key="wrong"))


@example
def create_a_user():
    created = rg.User(username="my_username", password=PASSWORD, client=client).create()
    assert created.id and created.username == "my_username"
    assert created.role == "annotator" and created.first_name == "my_username"


@example
def main_class_with_every_argument():
    chosen = uuid.uuid4()
    user = rg.User(username="username", first_name="first_name", last_name="last_name", role="owner", password="password", id=chosen, client=client).create()
    assert (user.id, user.first_name, user.last_name, user.role) == (chosen, "first_name", "last_name", "owner")


@example
def bad_users_are_refused():
    raises(ConflictError, lambda: rg.User(username="my_username", password=PASSWORD, client=client).create())
    raises(UnprocessableEntityError, lambda: rg.User(username="no_password", client=client).create())
    raises(UnprocessableEntityError, lambda: rg.User(username="short", password="1234567", client=client).create())


@example
def list_users():
    users = client.users
    assert [user.username for user in users] == ["argilla", "my_username", "username"]
    assert len(client.users) == 3
    assert [user.username for user in client.users.list()] == ["argilla", "my_username", "username"]
    table = client.users._repr_html_()
    assert all(text in table for text in ("my_username", "username", "role", "updated_at"))


@example
def retrieve_a_user():
    by_name = client.users("my_username")
    assert by_name.username == "my_username"
    assert client.users(id=by_name.id).username == "my_username"
    assert client.users(id=str(by_name.id)).username == "my_username"


@example
def check_user_existence():
    assert client.users("my_username") is not None
    assert silent(lambda: client.users("nobody")) is None
    assert silent(lambda: client.users(id=uuid.uuid4())) is None


@example
def create_and_find_workspaces():
    created = rg.Workspace(name="my_workspace", client=client).create()
    assert created.id and created.name == "my_workspace" and client.api.workspaces.exists(created.id)
    chosen = uuid.uuid4()
    assert rg.Workspace(name="other", id=chosen, client=client).create().id == chosen
    assert [workspace.name for workspace in client.workspaces] == ["argilla", "my_workspace", "other"]
    assert client.workspaces("my_workspace").id == created.id
    assert client.workspaces(id=created.id).name == "my_workspace"
    assert silent(lambda: client.workspaces("nowhere")) is None
    assert client.workspaces.default.name == "argilla"
    raises(ConflictError, lambda: rg.Workspace(name="other", client=client).create())


@example
def add_a_user_to_a_workspace():
    user, workspace = client.users("my_username"), client.workspaces("my_workspace")
    added = user.add_to_workspace(workspace)
    assert added.username == "my_username"
    raises(ConflictError, lambda: user.add_to_workspace(workspace))
    assert workspace.add_user("username").username == "username"
    assert workspace.add_user(client.me).username == "argilla"


@example
def list_users_in_a_workspace():
    workspace = client.workspaces("my_workspace")
    assert [user.username for user in workspace.users] == ["my_username", "username", "argilla"]
    assert len(workspace.users) == 3
    assert [user.username for user in client.users.list(workspace=workspace)] == ["my_username", "username", "argilla"]
    assert len(client.workspaces("other").users) == 0
    assert list(workspace.datasets) == []


@example
def remove_a_user_from_a_workspace():
    user, workspace = client.users("my_username"), client.workspaces("my_workspace")
    removed = user.remove_from_workspace(workspace)
    assert removed.username == "my_username"
    assert [user.username for user in workspace.users] == ["username", "argilla"]
    raises(NotFoundError, lambda: user.remove_from_workspace(workspace))
    assert workspace.remove_user("username").username == "username"
    assert workspace.remove_user(client.me).username == "argilla"
    assert len(workspace.users) == 0


@example
def update_a_user():
    user = client.users("my_username")
    user.username, user.first_name, user.last_name, user.role = "new_username", "new_first_name", "new_last_name", "admin"
    user.update()
    again = client.users("new_username")
    assert (again.id, again.first_name, again.last_name, again.role) == (user.id, "new_first_name", "new_last_name", "admin")
    assert silent(lambda: client.users("my_username")) is None
    again.username = "argilla"
    raises(UnprocessableEntityError, again.update)


@example
def what_a_user_may_do_follows_its_role():
    token_free = rg.User(username="annotator", password=PASSWORD, client=client).create()
    import requests
    login = requests.post(f"{URL}/api/v1/token", data={"username": "annotator", "password": PASSWORD}, timeout=30)
    assert login.status_code == 201, login.text
    headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
    key = requests.get(f"{URL}/api/v1/me", headers=headers, timeout=30).json()["api_key"]
    theirs = rg.Argilla(api_url=URL, api_key=key)
    assert theirs.me.username == "annotator" and theirs.me.role == "annotator"
    assert list(theirs.workspaces) == []
    raises(ForbiddenError, lambda: list(theirs.users))
    raises(ForbiddenError, lambda: rg.Workspace(name="mine", client=theirs).create())
    token_free.add_to_workspace(client.workspaces("other"))
    assert [workspace.name for workspace in theirs.workspaces] == ["other"]
    raises(ForbiddenError, lambda: list(theirs.workspaces("other").users))
    token_free.delete()
    raises(UnauthorizedError, lambda: theirs.api.users.get_me())


@example
def delete_a_user():
    user = client.users("new_username")
    user.delete()
    assert silent(lambda: client.users("new_username")) is None
    assert not client.api.users.exist(user.id)


@example
def delete_a_workspace():
    workspace = client.workspaces("my_workspace")
    assert client.api.workspaces.exists(workspace.id)
    workspace.delete()
    assert not client.api.workspaces.exists(workspace.id)
    client.workspaces("other").delete()
    assert [workspace.name for workspace in client.workspaces] == ["argilla"]


@example
def the_last_owner_stays():
    client.users("username").delete()
    raises(UnprocessableEntityError, client.me.delete)
    assert [user.username for user in client.users] == ["argilla"]


print(f"{len(DONE)} passed, 0 failed")
