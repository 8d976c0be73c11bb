#!/usr/bin/env python3
"""Runs a command beside a real Argilla server 2.8, which is unmodified and has a fresh SQLite database:

    argilla_server.py COMMAND ARGUMENT...

The interpreter is that of an environment with `argilla-server`. The command finds the server's address in OCHRE_TEST_ARGILLA; its
owner is argilla / 12345678 / argilla.apikey, member of the workspace argilla. Redis must be installed. In the place of Elasticsearch
stands a stub that agrees to everything: users and workspaces need no search.
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT = 120


class Agreeable(BaseHTTPRequestHandler):
    """Answers as an Elasticsearch without indexes that takes whatever it is told."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        found = self.command != "HEAD" or self.path == "/"
        version = {"number": "8.17.0", "build_flavor": "default", "lucene_version": "9.12.0"}
        body = json.dumps({"name": "stub", "cluster_name": "stub", "version": version, "acknowledged": True, "items": []}).encode()
        self.send_response(200 if found else 404)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def status(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/v1/version")
        return connection.getresponse().status
    return 0


def main():
    redis = shutil.which("redis-server")
    if not redis:
        return "redis-server is not installed; on Debian, apt-get install redis-server brings it"
    home = pathlib.Path(tempfile.mkdtemp(prefix="argilla-"))
    children = []
    stub = ThreadingHTTPServer(("127.0.0.1", 0), Agreeable)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    redis_port, port = free_port(), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ARGILLA", "OCHRE", "OAUTH2_", "HF_"))}
    for name in ("USERNAME", "PASSWORD", "API_KEY", "WORKSPACE"):
        clean.pop(name, None)
    environment = clean | {
        "ARGILLA_HOME_PATH": str(home), "ARGILLA_DATABASE_URL": f"sqlite+aiosqlite:///{home}/argilla.db",
        "ARGILLA_ELASTICSEARCH": f"http://127.0.0.1:{stub.server_port}", "ARGILLA_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "ARGILLA_ENABLE_TELEMETRY": "0", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    }

    def start(name, *arguments):
        log = open(home / f"{name}.log", "wb")
        child = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, cwd=home)
        children.append(child)
        return child

    def task(*arguments):
        subprocess.run([sys.executable, "-m", "argilla_server", *arguments], env=environment, cwd=home, check=True, capture_output=True)

    try:
        start("redis", redis, "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(home))
        task("database", "migrate")
        task("database", "users", "create_default", "--api-key", "argilla.apikey", "--password", "12345678")
        server = start("server", sys.executable, "-m", "uvicorn", "argilla_server:app", "--host", "127.0.0.1", "--port", str(port), "--no-access-log")
        end = time.monotonic() + WAIT
        while status(port) != 200:
            if server.poll() is not None or time.monotonic() > end:
                return "Argilla's server did not start: " + (home / "server.log").read_text(errors="replace")[-2000:]
            time.sleep(0.05)
        return subprocess.run(sys.argv[1:], env=os.environ | {"OCHRE_TEST_ARGILLA": f"http://127.0.0.1:{port}"}).returncode
    except subprocess.CalledProcessError as error:
        return f"{error}: {error.stderr.decode(errors='replace')[-2000:]}"
    finally:
        for child in reversed(children):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(home, ignore_errors=True)


sys.exit(main())
