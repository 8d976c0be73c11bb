#!/usr/bin/env python3
"""Every example of the user management guides of Argilla 1.5 to 1.7 that goes over HTTP, with the client of 1.6.0 and with httpx.

guide_1_6.py URL API_KEY [--role-names 1.6|2.x]    run by an interpreter with argilla==1.6.0; see harness.py
"""
import uuid

from harness import KEY, ORIGINAL, PASSWORD, TWO_ROLES, URL, example, example_if, finish, is_generated_key, is_naive_stamp, is_uuid, raises

import argilla as rg
import httpx
from argilla.client.api import active_client
from argilla.client.sdk.commons.errors import UnauthorizedApiError

USER_KEYS = ["id", "first_name", "last_name", "full_name", "username", "role", "workspaces", "api_key", "inserted_at", "updated_at"]
WORKSPACE_KEYS = ["id", "name", "inserted_at", "updated_at"]
# `admin` in a request is the role that may do everything, or the one in the middle, by how the server names the roles.
BOSS = "admin" if TWO_ROLES else "owner"
ROLES = ["admin", "annotator"] if TWO_ROLES else ["owner", "admin", "annotator"]
NAME = r"^(?!-|_)[a-z0-9-_]+$"

http = httpx.Client(base_url=URL, headers={"X-Argilla-API-Key": KEY}, timeout=60)


def client_of(key):
    return httpx.Client(base_url=URL, headers={"X-Argilla-API-Key": key}, timeout=60)


def ok(response):
    assert response.status_code == 200, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/json"
    return response.json()


def coded(response, status, name):
    """The parameters of an error of this generation."""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/json" and "www-authenticate" not in response.headers
    body = response.json()
    assert list(body) == ["detail"] and list(body["detail"]) == ["code", "params"], body
    assert body["detail"]["code"] == f"argilla.api.errors::{name}", body
    return body["detail"]["params"]


def problems(response):
    """(place, words, type, context) of every problem that a refused request has."""
    return [(".".join(map(str, problem["loc"])), problem["msg"], problem["type"], problem.get("ctx"))
            for problem in coded(response, 422, "ValidationError")["errors"]]


def unauthorized(response):
    assert coded(response, 401, "UnauthorizedError") == {"detail": "Could not validate credentials"}


def forbidden(response):
    assert coded(response, 403, "ForbiddenOperationError") == {"detail": "Operation not allowed"}


def person(name, **more):
    return {"first_name": name.title(), "username": name, "password": PASSWORD} | more


def create(name, **more):
    return ok(http.post("/api/users", json=person(name, **more)))


def by_name(name):
    return next(user for user in ok(http.get("/api/users")) if user["username"] == name)


def workspace_named(name):
    return next(workspace["id"] for workspace in ok(http.get("/api/workspaces")) if workspace["name"] == name)


def init(key=KEY, **more):
    rg.init(api_url=URL, api_key=key, **more)
    return active_client()


@example
def init_finds_the_default_user():
    """The client finds the default user by its key, and chooses the workspace of its name.

    Satisfies: S8.
    """
    connected = init()
    assert (connected.user.username, connected.user.full_name, connected.user.api_key) == ("argilla", "", KEY)
    assert connected.user.workspaces == ["argilla"]
    assert rg.get_workspace() == "argilla"
    raises(UnauthorizedApiError, lambda: init("wrong"), "Could not validate credentials")
    unauthorized(client_of("wrong").get("/api/me"))
    unauthorized(httpx.get(f"{URL}/api/me"))


@example
def server_information():
    assert ok(httpx.get(f"{URL}/api/_info"))["version"]
    status = ok(httpx.get(f"{URL}/api/_status"))
    assert status["version"] and "elasticsearch" in status and "mem_info" in status


@example
def the_default_user_reads_as_the_first_role():
    me = ok(http.get("/api/me"))
    assert list(me) == [key for key in USER_KEYS if key != "last_name"], list(me)
    assert is_uuid(me["id"]) and is_naive_stamp(me["inserted_at"]) and is_naive_stamp(me["updated_at"])
    assert (me["username"], me["first_name"], me["full_name"], me["role"]) == ("argilla", "", "", BOSS)
    assert (me["workspaces"], me["api_key"]) == (["argilla"], KEY)


@example
def create_an_admin_user():
    """The first example of the guide; what is answered holds the first name and the last name too.

    Satisfies: S26, S45, S48, S63.
    """
    body = {"role": "admin", "first_name": "Hulio", "last_name": "Ramos", "username": "hurra", "password": "abcde123", "api_key": "chosen-by-me"}
    user = ok(http.post("/api/users", json=body))
    assert list(user) == USER_KEYS, list(user)
    assert is_uuid(user["id"]) and is_generated_key(user["api_key"])
    assert (user["first_name"], user["last_name"], user["full_name"]) == ("Hulio", "Ramos", "Hulio Ramos")
    assert (user["username"], user["role"], user["workspaces"]) == ("hurra", "admin", [])
    assert is_naive_stamp(user["inserted_at"]) and user["inserted_at"] == user["updated_at"]
    assert user["api_key"] != create("second", role="annotator")["api_key"]
    assert ok(http.delete(f"/api/users/{by_name('second')['id']}"))["username"] == "second"
    bad = problems(http.post("/api/users", json=person("third", role="boss")))
    permitted = ", ".join(map(repr, ROLES))
    assert bad == [("body.role", f"value is not a valid enumeration member; permitted: {permitted}", "type_error.enum", {"enum_values": ROLES})], bad


@example
def the_role_owner():
    """Refused where there are two roles; one of three otherwise."""
    if TWO_ROLES:
        words = "value is not a valid enumeration member; permitted: 'admin', 'annotator'"
        bad = problems(http.post("/api/users", json=person("owner", role="owner")))
        assert bad == [("body.role", words, "type_error.enum", {"enum_values": ["admin", "annotator"]})], bad
        return
    user = create("owner", role="owner")
    assert user["role"] == "owner" and by_name("owner")["role"] == "owner"
    assert len(ok(client_of(user["api_key"]).get("/api/users"))) == 3
    ok(http.delete(f"/api/users/{user['id']}"))


@example_if(not ORIGINAL)
def roles_under_both_prefixes():
    """Three roles under `/api/v1`; as many here, or two, where the one in the middle reads as the last.

    Satisfies: S76.
    """
    here = {"owner": "admin", "admin": "annotator", "annotator": "annotator"} if TWO_ROLES else {role: role for role in ROLES}
    assert ok(http.get("/api/v1/me"))["role"] == "owner"
    for role, read in here.items():
        made = http.post("/api/v1/users", json=person("other", role=role))
        assert (made.status_code, made.json()["role"]) == (201, role), made.text
        assert by_name("other")["role"] == read and ok(client_of(made.json()["api_key"]).get("/api/me"))["role"] == read
        ok(http.delete(f"/api/users/{made.json()['id']}"))
    stored = {"admin": "owner", "annotator": "annotator"} if TWO_ROLES else {role: role for role in ROLES}
    for role, there in stored.items():
        made = create("other", role=role)
        assert made["role"] == role and ok(http.get(f"/api/v1/users/{made['id']}"))["role"] == there
        ok(http.delete(f"/api/users/{made['id']}"))


@example
def create_an_annotator_user_assigned_to_a_workspace():
    """The second example of the guide: the user, the workspace, the assignment.

    Satisfies: S39, S41, S65.
    """
    user = ok(http.post("/api/users", json={"role": "annotator", "first_name": "Nick", "last_name": "Name", "username": "nick", "password": "11223344"}))
    assert list(user) == USER_KEYS and (user["role"], user["full_name"], user["workspaces"]) == ("annotator", "Nick Name", [])
    workspace = ok(http.post("/api/workspaces", json={"name": "ws"}))
    assert list(workspace) == WORKSPACE_KEYS and is_uuid(workspace["id"]) and workspace["name"] == "ws"
    assert is_naive_stamp(workspace["inserted_at"]) and workspace["inserted_at"] == workspace["updated_at"]
    linked = ok(http.post(f"/api/workspaces/{workspace['id']}/users/{user['id']}"))
    assert linked == user | {"workspaces": ["ws"]}, linked


@example
def read_and_write_access_follows_the_assignment():
    """An assigned workspace is among those of `/api/me`, and the client may choose it.

    Satisfies: S12, S31, S47, S51.
    """
    nick = by_name("nick")
    assert ok(client_of(nick["api_key"]).get("/api/me")) == nick and nick["workspaces"] == ["ws"]
    connected = init(nick["api_key"], workspace="ws")
    assert rg.get_workspace() == "ws" and connected.http_client.get_headers()["X-Argilla-Workspace"] == "ws"
    rg.set_workspace("nick")
    assert rg.get_workspace() == "nick" and connected.http_client.get_headers()["X-Argilla-Workspace"] == "nick"
    assert connected.http_client.get("/api/me")["username"] == "nick"
    raises(Exception, lambda: rg.set_workspace("argilla"), "Wrong provided workspace argilla")
    raises(Exception, lambda: init(nick["api_key"], workspace="nowhere"), "Wrong provided workspace nowhere")
    init(workspace="ws")
    assert rg.get_workspace() == "ws"


@example
def the_first_role_reaches_all_workspaces():
    """`/api/me` of the user that may do everything lists every workspace; the list of users names the assigned ones.

    Satisfies: S50.
    """
    assert ok(http.get("/api/me"))["workspaces"] == ["argilla", "ws"]
    assert by_name("argilla")["workspaces"] == ["argilla"]
    hurra = ok(client_of(by_name("hurra")["api_key"]).get("/api/me"))
    assert hurra["workspaces"] == (["argilla", "ws"] if TWO_ROLES else [])


@example
def list_argilla_users():
    """Every user with id and role, in the order of creation.

    Satisfies: S40, S66.
    """
    users = ok(http.get("/api/users"))
    assert [user["username"] for user in users] == ["argilla", "hurra", "nick"]
    assert [user["role"] for user in users] == [BOSS, "admin", "annotator"]
    assert all(is_uuid(user["id"]) for user in users)
    assert [list(user) for user in users[1:]] == [USER_KEYS, USER_KEYS] and "last_name" not in users[0]


@example
def assign_every_annotator_to_a_new_workspace():
    """The guide's loop over all users.

    Satisfies: S29.
    """
    headers = {"X-Argilla-API-Key": KEY}
    with httpx.Client(base_url=URL, headers=headers, timeout=60) as loop:
        workspace = loop.post("/api/workspaces", json={"name": "new-workspace"}).json()
        create("daisy", role="annotator")
        for user in loop.get("/api/users").json():
            if user["role"] == "annotator":
                linked = ok(loop.post(f"/api/workspaces/{workspace['id']}/users/{user['id']}"))
                assert linked["workspaces"][-1] == "new-workspace" and linked["username"] in ("nick", "daisy")
        members = ok(loop.get(f"/api/workspaces/{workspace['id']}/users"))
    assert [member["username"] for member in members] == ["nick", "daisy"]
    assert members[0] == by_name("nick") and members[0]["workspaces"] == ["ws", "new-workspace"]
    assert active_client().http_client.get("/api/me")["username"] == "argilla"
    unauthorized(client_of(f"{KEY}x").get("/api/users"))


@example
def list_workspaces():
    workspaces = ok(http.get("/api/workspaces"))
    assert [list(workspace) for workspace in workspaces] == [WORKSPACE_KEYS] * 3
    assert [workspace["name"] for workspace in workspaces] == ["argilla", "ws", "new-workspace"]
    assert len({workspace["id"] for workspace in workspaces}) == 3
    theirs = [workspace["name"] for workspace in ok(client_of(by_name("daisy")["api_key"]).get("/api/workspaces"))]
    assert theirs == (["argilla", "ws", "new-workspace"] if ORIGINAL else ["new-workspace"]), theirs


@example
def login_with_the_username():
    """The token is a session of the user whose name was given; the form is the only way to ask for one.

    Satisfies: S1, S44.
    """
    session = ok(httpx.post(f"{URL}/api/security/token", data={"username": "nick", "password": "11223344"}))
    assert sorted(session) == ["access_token", "token_type"] and session["token_type"] == "bearer"
    bearer = {"Authorization": f"Bearer {session['access_token']}"}
    assert ok(httpx.get(f"{URL}/api/me", headers=bearer)) == by_name("nick")
    for wrong in ({"username": "nick", "password": "11223345"}, {"username": "nobody", "password": "11223344"}):
        unauthorized(httpx.post(f"{URL}/api/security/token", data=wrong))
    bad = problems(httpx.post(f"{URL}/api/security/token", json={"username": "nick", "password": "11223344"}))
    assert bad == [("body.username", "field required", "value_error.missing", None), ("body.password", "field required", "value_error.missing", None)], bad
    assert ok(httpx.get(f"{URL}/api/me", headers={"X-Argilla-API-Key": KEY, "Authorization": f"Bearer {KEY}"}))["username"] == "argilla"
    unauthorized(httpx.get(f"{URL}/api/me", headers={"Authorization": f"Bearer {KEY}"}))
    if not ORIGINAL:
        assert ok(httpx.get(f"{URL}/api/me", headers=bearer | {"X-Argilla-API-Key": "wrong"}))["username"] == "nick"


@example
def headers_of_the_key():
    """The key's header in any case, and the one of the time before; the key of that time opens nothing.

    Satisfies: S15, S34, S54.
    """
    for name in ("X-Argilla-API-Key", "x-argilla-api-key", "X-ARGILLA-API-KEY"):
        assert ok(httpx.get(f"{URL}/api/me", headers={name: KEY}))["username"] == "argilla"
    if not ORIGINAL:
        assert ok(httpx.get(f"{URL}/api/me", headers={"X-Rubrix-Api-Key": KEY}))["username"] == "argilla"
    unauthorized(client_of("rubrix.apikey").get("/api/me"))
    unauthorized(httpx.get(f"{URL}/api/me", headers={"X-Rubrix-Api-Key": "rubrix.apikey"}))
    raises(UnauthorizedApiError, lambda: init("rubrix.apikey"))


@example
def names_of_a_user():
    """A first name is needed, a last name is not, and blanks around them go.

    Satisfies: S25, S45.
    """
    bad = problems(http.post("/api/users", json={"username": "ann", "password": PASSWORD}))
    assert bad == [("body.first_name", "field required", "value_error.missing", None)], bad
    user = create("ann", first_name="  Ann ", last_name=None)
    assert (user["first_name"], user["full_name"]) == ("Ann", "Ann") and "last_name" not in user
    ok(http.delete(f"/api/users/{user['id']}"))
    bad = problems(http.post("/api/users", json=person("ann", first_name=" ")))
    assert bad == [("body.first_name", "ensure this value has at least 1 characters", "value_error.any_str.min_length", {"limit_value": 1})], bad


@example
def a_user_without_role_and_workspaces():
    """An annotator of no workspace, never a super-user.

    Satisfies: S28.
    """
    for more in ({}, {"role": None}, {"role": "annotator"}):
        user = create("plain", **more)
        assert (user["role"], user["workspaces"]) == ("annotator", [])
        theirs = client_of(user["api_key"])
        assert ok(theirs.get("/api/me"))["workspaces"] == []
        forbidden(theirs.get("/api/users"))
        ok(http.delete(f"/api/users/{user['id']}"))
    assert "plain" not in [workspace["name"] for workspace in ok(http.get("/api/workspaces"))]


@example
def user_names():
    """Lowercase letters, digits, dash and underscore; neither of the last two first.

    Satisfies: S57.
    """
    words = f'string does not match regex "{NAME}"'
    for name in ("Nick4", "a b", "-x", "_x", "ñ", "a.b", "nick@home"):
        bad = problems(http.post("/api/users", json=person(name)))
        assert bad == [("body.username", words, "value_error.str.regex", {"pattern": NAME})], bad
        bad = problems(http.post("/api/workspaces", json={"name": name}))
        assert bad == [("body.name", words, "value_error.str.regex", {"pattern": NAME})], bad
    bad = problems(http.post("/api/users", json=person("", first_name="None")))
    assert bad == [("body.username", "ensure this value has at least 1 characters", "value_error.any_str.min_length", {"limit_value": 1})], bad
    if not ORIGINAL:
        assert problems(http.post("/api/users", json=person("line\n")))[0][2] == "value_error.str.regex"
    for name in ("1num", "a_b-c"):
        ok(http.delete(f"/api/users/{create(name)['id']}"))


@example
def passwords():
    """Eight characters at least, a hundred at most.

    Satisfies: S59.
    """
    bad = problems(http.post("/api/users", json=person("word", password="1234567")))
    assert bad == [("body.password", "ensure this value has at least 8 characters", "value_error.any_str.min_length", {"limit_value": 8})], bad
    bad = problems(http.post("/api/users", json=person("word", password="x" * 101)))
    assert bad == [("body.password", "ensure this value has at most 100 characters", "value_error.any_str.max_length", {"limit_value": 100})], bad
    for password in (PASSWORD, "ñ" * 8, "x" * 100):
        user = create("word", password=password)
        ok(httpx.post(f"{URL}/api/security/token", data={"username": "word", "password": password}))
        ok(http.delete(f"/api/users/{user['id']}"))


@example_if(not ORIGINAL)
def workspaces_of_a_new_user():
    """Named ones must exist; nothing is made if one of them does not."""
    user = create("linked", workspaces=["ws", "new-workspace", "ws"])
    assert user["workspaces"] == ["ws", "new-workspace"]
    ok(http.delete(f"/api/users/{user['id']}"))
    refused = http.post("/api/users", json=person("linked", workspaces=["ws", "nowhere"]))
    assert (refused.status_code, refused.json()) == (422, {"detail": "Workspace 'nowhere' does not exist"}), refused.text
    assert "linked" not in [user["username"] for user in ok(http.get("/api/users"))]


@example
def what_is_there_already():
    taken = coded(http.post("/api/users", json=person("nick")), 409, "EntityAlreadyExistsError")
    assert taken == {"name": "nick", "type": "User"}, taken
    taken = coded(http.post("/api/workspaces", json={"name": "ws"}), 409, "EntityAlreadyExistsError")
    assert taken == {"name": "ws", "type": "Workspace"}, taken
    nick, workspace = by_name("nick"), workspace_named("ws")
    taken = coded(http.post(f"/api/workspaces/{workspace}/users/{nick['id']}"), 409, "EntityAlreadyExistsError")
    assert taken == {"name": nick["id"], "type": "User"}, taken


@example
def what_is_not_there():
    nobody, daisy, workspace = str(uuid.uuid4()), by_name("daisy"), workspace_named("ws")
    user, nowhere = {"name": nobody, "type": "User"}, {"name": nobody, "type": "Workspace"}
    assert coded(http.delete(f"/api/users/{nobody}"), 404, "EntityNotFoundError") == user
    assert coded(http.get(f"/api/workspaces/{nobody}/users"), 404, "EntityNotFoundError") == nowhere
    assert coded(http.post(f"/api/workspaces/{nobody}/users/{nobody}"), 404, "EntityNotFoundError") == nowhere
    assert coded(http.post(f"/api/workspaces/{workspace}/users/{nobody}"), 404, "EntityNotFoundError") == user
    not_a_member = coded(http.delete(f"/api/workspaces/{workspace}/users/{daisy['id']}"), 404, "EntityNotFoundError")
    assert not_a_member == {"name": daisy["id"], "type": "User"}
    bad = problems(http.post("/api/workspaces/x/users/y"))
    assert bad == [("path.workspace_id", "value is not a valid uuid", "type_error.uuid", None),
                   ("path.user_id", "value is not a valid uuid", "type_error.uuid", None)], bad
    for method, path in (("PUT", "/api/users"), ("PATCH", "/api/workspaces"), ("PUT", f"/api/users/{daisy['id']}")):
        refused = http.request(method, path)
        assert (refused.status_code, refused.json()) == (405, {"detail": "Method Not Allowed"}), (method, path, refused.text)


@example
def bodies_that_are_not_valid():
    bad = problems(http.post("/api/workspaces", content="{bad", headers={"content-type": "application/json"}))
    assert bad[0][0] == "body.1" and bad[0][2] in ("value_error.jsondecode", "json_invalid"), bad
    bad = problems(http.post("/api/workspaces", json={}))
    assert bad == [("body.name", "field required", "value_error.missing", None)], bad
    bad = problems(http.post("/api/workspaces", json={"name": None}))
    assert bad == [("body.name", "none is not an allowed value", "type_error.none.not_allowed", None)], bad
    bad = problems(http.post("/api/users", json={"role": "boss"}))
    assert [problem[0] for problem in bad] == ["body.first_name", "body.username", "body.role", "body.password"], bad
    numbered = ok(http.post("/api/workspaces", json={"name": 5}))
    assert numbered["name"] == "5"
    http.delete(f"/api/v1/workspaces/{numbered['id']}")


@example
def only_the_first_role_manages():
    """An annotator is refused, after what is wrong with the request was told.

    Satisfies: S27, S46.
    """
    nick, workspace = by_name("nick"), workspace_named("ws")
    theirs = client_of(nick["api_key"])
    forbidden(theirs.get("/api/users"))
    forbidden(theirs.post("/api/users", json=person("mine")))
    assert problems(theirs.post("/api/users", json={}))[0][0] == "body.first_name"
    forbidden(theirs.post("/api/workspaces", json={"name": "mine"}))
    assert problems(theirs.post("/api/workspaces", json={}))[0][0] == "body.name"
    forbidden(theirs.get(f"/api/workspaces/{workspace}/users"))
    forbidden(theirs.get(f"/api/workspaces/{uuid.uuid4()}/users"))
    forbidden(theirs.post(f"/api/workspaces/{workspace}/users/{nick['id']}"))
    forbidden(theirs.delete(f"/api/workspaces/{workspace}/users/{nick['id']}"))
    forbidden(theirs.delete(f"/api/users/{nick['id']}"))
    assert coded(theirs.delete(f"/api/users/{uuid.uuid4()}"), 404, "EntityNotFoundError")["type"] == "User"
    boss = create("boss", role=BOSS)
    made = ok(client_of(boss["api_key"]).post("/api/workspaces", json={"name": "boss-made"}))
    assert made["name"] == "boss-made"
    http.delete(f"/api/v1/workspaces/{made['id']}")
    ok(client_of(boss["api_key"]).delete(f"/api/users/{boss['id']}"))


@example
def what_admin_means():
    """One of two roles: everything. One of three: only to look at, and remove from, what it is a member of."""
    hurra, daisy, workspace, other = by_name("hurra"), by_name("daisy"), workspace_named("ws"), workspace_named("new-workspace")
    theirs = client_of(hurra["api_key"])
    if TWO_ROLES:
        assert len(ok(theirs.get("/api/users"))) == 4
        assert ok(theirs.post(f"/api/workspaces/{workspace}/users/{daisy['id']}"))["workspaces"] == ["new-workspace", "ws"]
        assert ok(theirs.delete(f"/api/workspaces/{workspace}/users/{daisy['id']}"))["workspaces"] == ["new-workspace"]
        return
    forbidden(theirs.get("/api/users"))
    forbidden(theirs.post("/api/users", json=person("mine")))
    forbidden(theirs.post("/api/workspaces", json={"name": "mine"}))
    forbidden(theirs.get(f"/api/workspaces/{workspace}/users"))
    ok(http.post(f"/api/workspaces/{workspace}/users/{hurra['id']}"))
    assert [user["username"] for user in ok(theirs.get(f"/api/workspaces/{workspace}/users"))] == ["nick", "hurra"]
    forbidden(theirs.post(f"/api/workspaces/{workspace}/users/{daisy['id']}"))
    ok(http.post(f"/api/workspaces/{workspace}/users/{daisy['id']}"))
    assert ok(theirs.delete(f"/api/workspaces/{workspace}/users/{daisy['id']}"))["workspaces"] == ["new-workspace"]
    forbidden(theirs.delete(f"/api/workspaces/{other}/users/{daisy['id']}"))
    assert ok(theirs.get("/api/me"))["workspaces"] == ["ws"]


@example
def remove_a_user_from_a_workspace():
    nick = by_name("nick")
    removed = ok(http.delete(f"/api/workspaces/{workspace_named('new-workspace')}/users/{nick['id']}"))
    assert removed == nick | {"workspaces": ["ws"]}
    assert "nick" not in [user["username"] for user in ok(http.get(f"/api/workspaces/{workspace_named('new-workspace')}/users"))]


@example
def delete_a_user():
    """What is answered is the user with the workspaces it had; its key is worth nothing from then on.

    Satisfies: S67.
    """
    nick = by_name("nick")
    assert nick["workspaces"] == ["ws"]
    assert ok(http.delete(f"/api/users/{nick['id']}")) == nick
    unauthorized(client_of(nick["api_key"]).get("/api/me"))
    raises(UnauthorizedApiError, lambda: init(nick["api_key"]))
    assert coded(http.delete(f"/api/users/{nick['id']}"), 404, "EntityNotFoundError") == {"name": nick["id"], "type": "User"}
    for name in ("hurra", "daisy"):
        ok(http.delete(f"/api/users/{by_name(name)['id']}"))
    assert [user["username"] for user in ok(http.get("/api/users"))] == ["argilla"]


@example_if(not ORIGINAL)
def the_last_of_the_first_role_stays():
    refused = http.delete(f"/api/users/{by_name('argilla')['id']}")
    assert refused.status_code == 422, refused.text
    assert ok(http.get("/api/me"))["username"] == "argilla"
    unknown = http.get("/api/nonsense")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Not Found"})


finish("1.6.0")
