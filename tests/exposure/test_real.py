"""What a row says of an API is what the API does: servers are started, and their sockets asked."""

from __future__ import annotations

import ipaddress

import pytest

from leakhunt.exposure import reading
from leakhunt.exposure.model import Scope

SERVERS = {
    "socket-empty": 'import socket\ns = socket.socket()\ns.bind(("", 0))\nopened = [s]',
    "socket-zero": 'import socket\ns = socket.socket()\ns.bind(("0", 0))\nopened = [s]',
    "socket-hex": 'import socket\ns = socket.socket()\ns.bind(("0x0", 0))\nopened = [s]',
    "socket-loopback": 'import socket\ns = socket.socket()\ns.bind(("127.0.0.1", 0))\nopened = [s]',
    "socket-short": 'import socket\ns = socket.socket()\ns.bind(("127.1", 0))\nopened = [s]',
    "create-server": 'import socket\ns = socket.create_server(("", 0))\nopened = [s]',
    "tcp-server": "import socketserver\n"
    's = socketserver.TCPServer(("", 0), socketserver.BaseRequestHandler)\nopened = [s.socket]',
    "tcp-server-loopback": "import socketserver\n"
    's = socketserver.TCPServer(("localhost", 0), socketserver.BaseRequestHandler)\n'
    "opened = [s.socket]",
    "http-server": "from http.server import BaseHTTPRequestHandler, HTTPServer\n"
    's = HTTPServer(("", 0), BaseHTTPRequestHandler)\nopened = [s.socket]',
    "http-server-address": "import http.server\naddress = ('0.0.0.0', 0)\n"
    "s = http.server.ThreadingHTTPServer(address, http.server.BaseHTTPRequestHandler)\n"
    "opened = [s.socket]",
    "wsgiref": "from wsgiref.simple_server import make_server\n"
    's = make_server("", 0, None)\nopened = [s.socket]',
    "wsgiref-loopback": "from wsgiref.simple_server import make_server\n"
    's = make_server("127.0.0.1", 0, None)\nopened = [s.socket]',
    "xmlrpc": "from xmlrpc.server import SimpleXMLRPCServer\n"
    's = SimpleXMLRPCServer(("", 0))\nopened = [s.socket]',
    "xmlrpc-loopback": "from xmlrpc.server import SimpleXMLRPCServer\n"
    's = SimpleXMLRPCServer(("localhost", 0))\nopened = [s.socket]',
    "asyncio": "import asyncio\n"
    "async def main():\n    s = await asyncio.start_server(print, port=0)\n"
    "    return list(s.sockets)\nopened = asyncio.run(main())",
    "asyncio-none": "import asyncio\n"
    "async def main():\n    s = await asyncio.start_server(print, None, 0)\n"
    "    return list(s.sockets)\nopened = asyncio.run(main())",
    "asyncio-empty": "import asyncio\n"
    'async def main():\n    s = await asyncio.start_server(print, "", 0)\n'
    "    return list(s.sockets)\nopened = asyncio.run(main())",
    "asyncio-loopback": "import asyncio\n"
    'async def main():\n    s = await asyncio.start_server(print, "localhost", 0)\n'
    "    return list(s.sockets)\nopened = asyncio.run(main())",
    "create-server-of-loop": "import asyncio\n"
    "async def main():\n    loop = asyncio.get_running_loop()\n"
    "    s = await loop.create_server(asyncio.Protocol, port=0)\n"
    "    return list(s.sockets)\nopened = asyncio.run(main())",
    "listener-of-processes": "from multiprocessing.connection import Listener\n"
    's = Listener(("", 0))\nopened = [s._listener._socket]',
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", SERVERS.values(), ids=SERVERS)
def test_what_is_said_is_what_happens(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # `HTTPServer` asks for the name of its address, and names cost time.
    monkeypatch.setattr("socket.getfqdn", lambda *_: "localhost")
    # A server of asyncio loses its addresses with its loop: they are asked for inside.
    code = code.replace("return list(s.sockets)", "return [t.getsockname()[0] for t in s.sockets]")
    names: dict[str, object] = {}
    exec(code, names)
    opened = names["opened"]
    assert isinstance(opened, list)
    assert opened
    hosts = [one if isinstance(one, str) else one.getsockname()[0] for one in opened]
    wide = any(ipaddress.ip_address(host).is_unspecified for host in hosts)
    for one in opened:
        if not isinstance(one, str):
            one.close()
    found = reading.read("example.py", code.encode())
    assert found is not None
    (listener,) = found.listeners
    assert listener.scope is (Scope.WILDCARD if wide else Scope.LOOPBACK)
