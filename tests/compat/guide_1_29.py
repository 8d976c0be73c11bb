#!/usr/bin/env python3
"""Every example of the user and workspace management guides of Argilla 1.15 to 1.29, with the client of 1.29.1.

guide_1_29.py URL API_KEY [--role-names 1.6|2.x]    run by an interpreter with argilla==1.29.1; see harness.py
"""
import uuid

from harness import KEY, ORIGINAL, PASSWORD, TWO_ROLES, URL, example, example_if, finish, is_generated_key, raises, warned

import argilla as rg
from argilla.client.sdk.commons.errors import InputValueError, UnauthorizedApiError
from argilla.client.sdk.users.models import UserRole


def init(key=KEY, **more):
    rg.init(api_url=URL, api_key=key, **more)
    return rg.active_client()


def names(users):
    return [user.username for user in users]


def create(name, **more):
    return rg.User.create(name, PASSWORD, **({"first_name": name.title(), "role": "annotator"} | more))


@example
def init_chooses_the_default_workspace():
    """The default user gets the workspace of its name; the key decides who one is.

    Satisfies: S8.
    """
    connected = warned(init, "Default user was detected", "'argilla' workspace")
    assert connected.user.username == "argilla" and rg.get_workspace() == "argilla"
    raises(UnauthorizedApiError, lambda: init("wrong"), "Could not validate credentials")
    init()


@example
def who_am_i():
    me = rg.User.me()
    assert (me.username, me.first_name, me.last_name, me.full_name, me.api_key) == ("argilla", "", None, "", KEY)
    assert me.role == (UserRole.admin if TWO_ROLES else UserRole.owner)
    assert me.id and me.inserted_at == me.updated_at


@example
def server_information():
    told = rg.server_info()
    assert told.url == URL and told.version and told.elasticsearch_version
    assert rg.active_client().http_client.get("/api/_info")["version"] == told.version


@example
def classes_are_not_for_construction():
    raises(Exception, lambda: rg.User("someone"), "User.from_name('someone')")
    raises(Exception, lambda: rg.Workspace("somewhere"), "Workspace.from_name('somewhere')")


@example_if(not TWO_ROLES)
def create_users():
    """One of each role, with all arguments and with as few as possible."""
    user = rg.User.create("nick", PASSWORD, first_name="Nick", last_name="Name", role="annotator")
    assert (user.username, user.first_name, user.last_name, user.full_name) == ("nick", "Nick", "Name", "Nick Name")
    assert user.role == UserRole.annotator and is_generated_key(user.api_key) and user.inserted_at == user.updated_at
    assert user.workspaces == [] and user.is_annotator and not user.is_admin and not user.is_owner
    bare = warned(lambda: rg.User.create("bare", PASSWORD), "`first_name` hasn't been provided")
    assert (bare.first_name, bare.last_name, bare.full_name, bare.role) == ("bare", None, "bare", UserRole.annotator)
    assert bare.api_key != user.api_key
    assert create("hurra", role="admin").is_admin and create("second", role="owner").is_owner


@example_if(not TWO_ROLES)
def create_users_in_workspaces():
    """On creation, where they must exist and nothing is made if one of them does not, or afterwards.

    Satisfies: S49.
    """
    rg.Workspace.create("team")
    later = rg.Workspace.create("later")
    member = create("member", workspaces=["team", "argilla"])
    assert sorted(space.name for space in member.workspaces) == ["argilla", "team"]
    later.add_user(member.id)
    assert sorted(space.name for space in member.workspaces) == ["argilla", "later", "team"]
    raises(ValueError, lambda: create("homeless", workspaces=["team", "nowhere"]), "cannot be created", "Workspace 'nowhere' does not exist")
    raises(ValueError, lambda: rg.User.from_name("homeless"))
    member.delete()
    for name in ("team", "later"):
        rg.Workspace.from_name(name).delete()


@example_if(not TWO_ROLES)
def bad_users_are_refused():
    """What is taken, and what the client itself knows to be wrong."""
    raises(KeyError, lambda: create("nick"), "User with username=`nick` already exists")
    raises(ValueError, lambda: rg.User.create("short", "1234567", first_name="Short", role="annotator"), "at least 8 characters")
    raises(ValueError, lambda: rg.User.create("long", "x" * 101, first_name="Long", role="annotator"), "at most 100 characters")
    raises(ValueError, lambda: create("role", role="boss"), "not a valid enumeration member")
    for name in ("Nick4", "a b", "-x", "_x", ""):
        raises(ValueError, lambda name=name: create(name, first_name="Name"), "username")
    for name, password in (("1num", PASSWORD), ("a_b-c", "x" * 100)):
        rg.User.create(name, password, first_name="Name", role="annotator").delete()


@example_if(not TWO_ROLES)
def list_users():
    """Every user with its role, in the order of creation.

    Satisfies: S40, S66.
    """
    users = rg.User.list()
    assert sorted(names(users)) == ["argilla", "bare", "hurra", "nick", "second"]
    assert ORIGINAL or names(users) == ["argilla", "nick", "bare", "hurra", "second"]
    assert {user.username: user.role.value for user in users} == {
        "argilla": "owner", "nick": "annotator", "bare": "annotator", "hurra": "admin", "second": "owner"}


@example_if(not TWO_ROLES)
def retrieve_a_user():
    nick = rg.User.from_name("nick")
    assert rg.User.from_id(nick.id).username == "nick"
    raises(ValueError, lambda: rg.User.from_name("nobody"), "User with username=`nobody` doesn't exist")
    raises(ValueError, lambda: rg.User.from_id(uuid.uuid4()), "doesn't exist in Argilla")


@example_if(not TWO_ROLES)
def create_workspaces():
    """A new one has an id; a taken or a bad name is told.

    Satisfies: S39.
    """
    workspace = rg.Workspace.create("ws")
    assert isinstance(workspace.id, uuid.UUID) and workspace.name == "ws" and workspace.inserted_at == workspace.updated_at
    raises(ValueError, lambda: rg.Workspace.create("ws"), "Workspace with name=`ws` already exists")
    raises(RuntimeError, lambda: rg.Workspace.create("Bad Name"), "Error while creating workspace with name=`Bad Name`")
    rg.Workspace.create("other")


@example_if(not TWO_ROLES)
def list_and_retrieve_workspaces():
    """The owner has all of them, and was assigned to one.

    Satisfies: S50, S83.
    """
    assert sorted(workspace.name for workspace in rg.Workspace.list()) == ["argilla", "other", "ws"]
    assert sorted(workspace.name for workspace in warned(rg.list_workspaces, "`Workspace.list` is recommended")) == ["argilla", "other", "ws"]
    workspace = rg.Workspace.from_name("ws")
    assert rg.Workspace.from_id(workspace.id).name == "ws"
    raises(ValueError, lambda: rg.Workspace.from_name("nowhere"), "Workspace with name=`nowhere` doesn't exist")
    raises(ValueError, lambda: rg.Workspace.from_id(uuid.uuid4()), "doesn't exist in Argilla")
    raises(ValueError, lambda: rg.Workspace.from_id("no-id"), "not a valid UUID")
    assert sorted(rg.active_client().http_client.get("/api/me")["workspaces"]) == ["argilla", "other", "ws"]
    own = next(user for user in rg.active_client().http_client.get("/api/users") if user["username"] == "argilla")
    assert own["workspaces"] == ["argilla"]


@example_if(not TWO_ROLES)
def add_a_user_to_a_workspace():
    """The user is a member then; twice, nobody or an owner is refused.

    Satisfies: S41.
    """
    workspace, nick = rg.Workspace.from_name("ws"), rg.User.from_name("nick")
    workspace.add_user(nick.id)
    assert [(user.username, user.workspaces) for user in workspace.users] == [("nick", ["ws"])]
    assert [space.name for space in nick.workspaces] == ["ws"]
    raises(ValueError, lambda: workspace.add_user(nick.id), "already exists in workspace")
    raises(ValueError, lambda: workspace.add_user(uuid.uuid4()), "doesn't exist in Argilla")
    warned(lambda: workspace.add_user(rg.User.from_name("second").id), "has the `owner` role")
    assert names(workspace.users) == ["nick"]
    workspace.add_user(rg.User.from_name("hurra").id)
    assert sorted(names(workspace.users)) == ["hurra", "nick"]


@example_if(not TWO_ROLES)
def workspaces_of_users():
    owner = rg.User.from_name("second")
    assert sorted(space.name for space in owner.workspaces) == ["argilla", "other", "ws"]
    assert sorted(space.name for space in rg.User.me().workspaces) == ["argilla", "other", "ws"]
    assert rg.User.from_name("bare").workspaces == []


@example_if(not TWO_ROLES)
def set_the_workspace():
    """The chosen workspace travels with the requests that follow; an unknown one is refused by the client.

    Satisfies: S12.
    """
    connected = rg.active_client()
    rg.set_workspace("ws")
    assert rg.get_workspace() == "ws" and connected.http_client.get_headers()["X-Argilla-Workspace"] == "ws"
    assert rg.User.me().username == "argilla"
    raises(ValueError, lambda: rg.set_workspace("nowhere"), "Wrong provided workspace 'nowhere'")
    raises(InputValueError, lambda: rg.set_workspace("Bad Name"))
    raises(ValueError, lambda: init(workspace="nowhere"), "Wrong provided workspace 'nowhere'")
    init(workspace="other")
    assert rg.get_workspace() == "other"
    init()


@example_if(not TWO_ROLES)
def what_an_annotator_may_do():
    """Its own things; every kind of management is refused.

    Satisfies: S47.
    """
    nick, workspace = rg.User.from_name("nick"), rg.Workspace.from_name("ws")
    warned(lambda: init(nick.api_key), "No workspace configuration was detected")
    assert rg.get_workspace() is None
    me = rg.User.me()
    assert (me.username, me.role) == ("nick", UserRole.annotator)
    assert [space.name for space in me.workspaces] == ["ws"] and [space.name for space in rg.Workspace.list()] == ["ws"]
    assert rg.active_client().http_client.get("/api/me")["workspaces"] == ["ws"]
    rg.set_workspace("ws")
    raises(ValueError, lambda: rg.set_workspace("other"))
    assert rg.Workspace.from_id(workspace.id).name == "ws"
    for refused in (lambda: list(rg.User.list()), lambda: create("mine"), lambda: rg.User.from_name("nick"), lambda: rg.Workspace.create("mine"),
                    lambda: rg.Workspace.from_name("ws").users, lambda: rg.Workspace.from_name("ws").add_user(nick.id),
                    rg.Workspace.from_name("ws").delete, rg.User.me().delete):
        raises(PermissionError, refused, "is not allowed to call")
    init()


@example_if(not TWO_ROLES)
def what_an_admin_may_do():
    """It sees the members of what it is a member of; managing is refused."""
    hurra, other = rg.User.from_name("hurra"), rg.Workspace.from_name("other")
    init(hurra.api_key)
    assert [space.name for space in rg.Workspace.list()] == ["ws"]
    assert sorted(names(rg.Workspace.from_name("ws").users)) == ["hurra", "nick"]
    raises(Exception, lambda: rg.Workspace.from_id(other.id), "Error while retrieving workspace")
    for refused in (lambda: list(rg.User.list()), lambda: create("mine"), lambda: rg.Workspace.create("mine"), rg.User.me().delete):
        raises(PermissionError, refused, "is not allowed to call")
    init()


@example_if(not TWO_ROLES)
def delete_a_user_from_a_workspace():
    workspace, nick = rg.Workspace.from_name("ws"), rg.User.from_name("nick")
    workspace.delete_user(nick.id)
    assert names(workspace.users) == ["hurra"]
    raises(ValueError, lambda: workspace.delete_user(nick.id), "doesn't belong to workspace")
    raises(ValueError, lambda: workspace.delete_user(uuid.uuid4()), "doesn't exist in Argilla")
    warned(lambda: workspace.delete_user(rg.User.from_name("second").id), "has the `owner` role")
    workspace.delete_user(rg.User.from_name("hurra").id)
    assert workspace.users == []


@example_if(not TWO_ROLES)
def delete_users():
    nick = rg.User.from_name("nick")
    nick.delete()
    raises(ValueError, lambda: rg.User.from_name("nick"))
    raises(ValueError, nick.delete, "User with username=`nick` doesn't exist")
    raises(UnauthorizedApiError, lambda: init(nick.api_key))
    init()
    for name in ("bare", "hurra", "second"):
        rg.User.from_name(name).delete()
    assert names(rg.User.list()) == ["argilla"]


@example_if(not TWO_ROLES)
def delete_workspaces():
    for name in ("ws", "other"):
        rg.Workspace.from_name(name).delete()
    assert [workspace.name for workspace in rg.Workspace.list()] == ["argilla"]
    gone = rg.Workspace.create("gone")
    gone.delete()
    raises(ValueError, gone.delete, "doesn't exist in Argilla")


@example_if(not ORIGINAL and not TWO_ROLES)
def the_last_owner_stays():
    raises(RuntimeError, rg.User.from_name("argilla").delete, "Error while deleting user with username=`argilla`")
    assert names(rg.User.list()) == ["argilla"]


@example_if(TWO_ROLES)
def two_roles_are_not_for_this_client():
    """It manages as an `owner` only, a role that its first user does not have where there are two; reading works."""
    for refused in (lambda: list(rg.User.list()), lambda: create("mine"), lambda: rg.Workspace.create("mine")):
        raises(PermissionError, refused, "is not allowed to call")
    assert [workspace.name for workspace in rg.Workspace.list()] == ["argilla"]


finish("1.29.1")
