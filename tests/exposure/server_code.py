"""Servers as people write them, to be started: `PORT` stands for a port that is free."""

from __future__ import annotations

import textwrap

_FLASK = "from flask import Flask\napp = Flask('a')\n"
_ASGI = "import uvicorn\nasync def app(scope, receive, send): ...\n"
_AIOHTTP = "from aiohttp import web\napp = web.Application()\n"
_WSGI = "def app(environ, start_response): ...\n"
_GRPC = (
    "import grpc\nfrom concurrent import futures\n"
    "server = grpc.server(futures.ThreadPoolExecutor(1))\n"
)
_TORNADO = (
    "import asyncio\nimport tornado.web\nasync def main():\n"
    "    app = tornado.web.Application([])\n    app.listen({})\n    await asyncio.Event().wait()\n"
    "asyncio.run(main())\n"
)
_WEBSOCKETS = (
    "import asyncio\nimport websockets\nasync def main():\n"
    "    async with websockets.serve(print, {}):\n        await asyncio.Event().wait()\n"
    "asyncio.run(main())\n"
)
_SITE = (
    "import asyncio\nfrom aiohttp import web\nasync def main():\n"
    "    runner = web.AppRunner(web.Application())\n    await runner.setup()\n"
    "    await web.TCPSite(runner, {}).start()\n    await asyncio.Event().wait()\n"
    "asyncio.run(main())\n"
)
_TWISTED = (
    "from twisted.internet import protocol, reactor\nfactory = protocol.Factory()\n"
    "reactor.listenTCP(PORT, factory{})\nreactor.run(installSignalHandlers=False)\n"
)

_ASYNCIO = (
    "import asyncio\nasync def main():\n    {}\n    await asyncio.Event().wait()\n"
    "asyncio.run(main())\n"
)
_CREATE = (
    "import asyncio\nloop = asyncio.new_event_loop()\n"
    "loop.run_until_complete(loop.create_server(asyncio.Protocol, {}))\nloop.run_forever()\n"
)
_DATAGRAM = (
    "await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, "
    "local_addr=({}, PORT))"
)
_SOCKETSERVER = (
    "import socketserver\n"
    "socketserver.{}(({}, PORT), socketserver.BaseRequestHandler).serve_forever()\n"
)
_HTTPD = (
    "from http.server import {0}, BaseHTTPRequestHandler\n"
    "{0}(({1}, PORT), BaseHTTPRequestHandler).serve_forever()\n"
)
_DERIVED = (
    "import socketserver\nclass Daemon(socketserver.ThreadingMixIn, socketserver.TCPServer):\n"
    "    allow_reuse_address = True\n"
    "Daemon(({}, PORT), socketserver.BaseRequestHandler).serve_forever()\n"
)
_MANAGER = (
    "from multiprocessing.managers import BaseManager\n"
    "BaseManager(address=({}, PORT), authkey=b'k').get_server().serve_forever()\n"
)
_TRIO = "import trio\nasync def main():\n    await trio.serve_tcp(print, PORT{})\ntrio.run(main)\n"
_PYRO = "import Pyro5.api\nPyro5.api.Daemon({}port=PORT).requestLoop()\n"
_THRIFT = (
    "from thrift.transport import TSocket\nserver = TSocket.TServerSocket({}port=PORT)\n"
    "server.listen()\n"
)

PYTHON = {
    "start-server": _ASYNCIO.format("await asyncio.start_server(print, port=PORT)"),
    "start-server-none": _ASYNCIO.format("await asyncio.start_server(print, None, PORT)"),
    "start-server-empty": _ASYNCIO.format("await asyncio.start_server(print, '', PORT)"),
    "start-server-local": _ASYNCIO.format("await asyncio.start_server(print, 'localhost', PORT)"),
    "create-server": _CREATE.format("port=PORT"),
    "create-server-local": _CREATE.format("'127.0.0.1', PORT"),
    "datagram": _ASYNCIO.format(_DATAGRAM.format("'0.0.0.0'")),
    "datagram-local": _ASYNCIO.format(_DATAGRAM.format("'127.0.0.1'")),
    "socketserver": _SOCKETSERVER.format("TCPServer", "''"),
    "socketserver-local": _SOCKETSERVER.format("ThreadingTCPServer", "'127.0.0.1'"),
    "socketserver-udp": _SOCKETSERVER.format("UDPServer", "''"),
    "socketserver-udp-local": _SOCKETSERVER.format("UDPServer", "'127.0.0.1'"),
    "derived": _DERIVED.format("''"),
    "derived-local": _DERIVED.format("'localhost'"),
    "http-server": _HTTPD.format("HTTPServer", "''"),
    "http-server-local": _HTTPD.format("ThreadingHTTPServer", "'localhost'"),
    "wsgiref": "from wsgiref.simple_server import make_server\n"
    "make_server('', PORT, print).serve_forever()\n",
    "wsgiref-local": "from wsgiref.simple_server import make_server\n"
    "make_server('127.0.0.1', PORT, print).serve_forever()\n",
    "xmlrpc": "from xmlrpc.server import SimpleXMLRPCServer\n"
    "SimpleXMLRPCServer(('', PORT)).serve_forever()\n",
    "manager": _MANAGER.format("''"),
    "manager-local": _MANAGER.format("'127.0.0.1'"),
    "connection": "from multiprocessing.connection import Listener\n"
    "Listener(('', PORT)).accept()\n",
    "socket": "import socket\ns = socket.socket()\ns.bind(('', PORT))\ns.listen()\n",
    "socket-zero": "import socket\ns = socket.socket()\ns.bind(('0', PORT))\ns.listen()\n",
    "socket-local": "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', PORT))\ns.listen()\n",
    "socket-created": "import socket\ns = socket.create_server(('', PORT))\n",
    "socket-udp": "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "s.bind(('', PORT))\n",
    "trio": _TRIO.format(""),
    "trio-none": _TRIO.format(", host=None"),
    "trio-local": _TRIO.format(", host='127.0.0.1'"),
    "pyro": _PYRO.format(""),
    "pyro-none": _PYRO.format("host=None, "),
    "pyro-wide": _PYRO.format("host='0.0.0.0', "),
    "thrift": _THRIFT.format(""),
    "thrift-local": _THRIFT.format("host='127.0.0.1', "),
    "cheroot": "from cheroot import wsgi\nwsgi.Server(('0.0.0.0', PORT), print).start()\n",
    "microdot": "from microdot import Microdot\napp = Microdot()\napp.run(port=PORT)\n",
    "microdot-local": "from microdot import Microdot\napp = Microdot()\n"
    "app.run(host='127.0.0.1', port=PORT)\n",
    "aiosmtpd-default": "from aiosmtpd.controller import Controller\n"
    "Controller(object(), port=PORT).start()",
    "aiosmtpd-none": "from aiosmtpd.controller import Controller\n"
    "Controller(object(), hostname=None, port=PORT).start()",
    "aiosmtpd-empty": "from aiosmtpd.controller import Controller\n"
    "Controller(object(), hostname='', port=PORT).start()",
    "flask-wide": f"{_FLASK}app.run(host='0.0.0.0', port=PORT)",
    "flask-empty": f"{_FLASK}app.run(host='', port=PORT)",
    "flask-none": f"{_FLASK}app.run(host=None, port=PORT)",
    "flask": f"{_FLASK}app.run(port=PORT)",
    "werkzeug": "from werkzeug.serving import run_simple\nrun_simple('', PORT, print)",
    "werkzeug-local": "from werkzeug.serving import run_simple\n"
    "run_simple('localhost', PORT, print)",
    "uvicorn": f"{_ASGI}uvicorn.run(app, port=PORT)",
    "uvicorn-wide": f"{_ASGI}uvicorn.run(app, host='0.0.0.0', port=PORT)",
    "uvicorn-empty": f"{_ASGI}uvicorn.run(app, host='', port=PORT)",
    "uvicorn-none": f"{_ASGI}uvicorn.run(app, host=None, port=PORT)",
    "aiohttp": f"{_AIOHTTP}web.run_app(app, port=PORT, handle_signals=False)",
    "aiohttp-none": f"{_AIOHTTP}web.run_app(app, host=None, port=PORT, handle_signals=False)",
    "aiohttp-local": f"{_AIOHTTP}web.run_app(app, host='127.0.0.1', port=PORT, "
    "handle_signals=False)",
    "aiohttp-site": _SITE.format("None, PORT"),
    "aiohttp-site-local": _SITE.format("'localhost', PORT"),
    "tornado": _TORNADO.format("PORT"),
    "tornado-local": _TORNADO.format("PORT, '127.0.0.1'"),
    "waitress": f"from waitress import serve\n{_WSGI}serve(app, port=PORT)",
    "waitress-local": f"from waitress import serve\n{_WSGI}serve(app, host='127.0.0.1', port=PORT)",
    "websockets": _WEBSOCKETS.format("None, PORT"),
    "websockets-empty": _WEBSOCKETS.format("'', PORT"),
    "websockets-local": _WEBSOCKETS.format("'localhost', PORT"),
    "grpc": f"{_GRPC}server.add_insecure_port('[::]:PORT')\nserver.start()",
    "grpc-four": f"{_GRPC}server.add_insecure_port('0.0.0.0:PORT')\nserver.start()",
    "grpc-local": f"{_GRPC}server.add_insecure_port('localhost:PORT')\nserver.start()",
    "twisted": _TWISTED.format(""),
    "bottle": "from bottle import run\nrun(host='0.0.0.0', port=PORT, quiet=True)",
    "bottle-empty": "from bottle import run\nrun(host='', port=PORT, quiet=True)",
    "bottle-local": "from bottle import run\nrun(port=PORT, quiet=True)",
    "prometheus": "from prometheus_client import start_http_server\nstart_http_server(PORT)",
    "prometheus-local": "from prometheus_client import start_http_server\n"
    "start_http_server(PORT, addr='127.0.0.1')",
    "zmq": "import zmq\ns = zmq.Context().socket(zmq.REP)\ns.bind('tcp://*:PORT')",
    "zmq-local": "import zmq\ns = zmq.Context().socket(zmq.REP)\ns.bind('tcp://127.0.0.1:PORT')",
    "rpyc": "import rpyc\nfrom rpyc.utils.server import ThreadedServer\n"
    "ThreadedServer(rpyc.Service, port=PORT).start()",
    "pyftpdlib": "from pyftpdlib.handlers import FTPHandler\n"
    "from pyftpdlib.servers import FTPServer\nFTPServer(('', PORT), FTPHandler)",
    "aiosmtpd": "from aiosmtpd.controller import Controller\n"
    "Controller(object(), hostname='0.0.0.0', port=PORT).start()",
    "gunicorn": "import subprocess\n"
    "subprocess.run(['gunicorn', '-b', '0.0.0.0:PORT', 'wsgiref.simple_server:demo_app'])",
    "hypercorn": "import subprocess\n"
    "subprocess.run(['hypercorn', '-b', '127.0.0.1:PORT', 'wsgi:wsgiref.simple_server:demo_app'])",
}
"""Each is run in a thread of one process; what is not installed is left out."""

_SANIC = (
    "from sanic import Sanic, text\napp = Sanic('a')\n@app.get('/')\n"
    "async def home(request): return text('')\n"
    "if __name__ == '__main__':\n    app.run({}port=PORT, single_process=True)\n"
)
_ENDPOINT = (
    "from twisted.internet import endpoints, protocol, reactor\n"
    "endpoints.{}.listen(protocol.Factory())\nreactor.run()\n"
)
_MODBUS = (
    "from pymodbus.server import StartTcpServer\n"
    "from pymodbus.datastore import ModbusDeviceContext, ModbusServerContext\n"
    "context = ModbusServerContext(devices=ModbusDeviceContext(), single=True)\n"
    "StartTcpServer(context=context, address=('{}', PORT))\n"
)
_MCP = (
    "from mcp.server.fastmcp import FastMCP\n"
    "mcp = FastMCP('a', host='{}', port=PORT)\nmcp.run(transport='sse')\n"
)
_APOLLO = (
    "import {{ ApolloServer }} from '@apollo/server';\n"
    "import {{ startStandaloneServer }} from '@apollo/server/standalone';\n"
    "const server = new ApolloServer({{ typeDefs: 'type Query {{ a: Int }}', resolvers: {{}} }});\n"
    "startStandaloneServer(server, {{ listen: {{ port: PORT{} }} }});\n"
)

ALONE = {
    "sanic": ("app.py", _SANIC.format("")),
    "sanic-wide": ("app.py", _SANIC.format("host='0.0.0.0', ")),
    "cherrypy": (
        "app.py",
        "import cherrypy\ncherrypy.config.update({\n    'server.socket_host': '0.0.0.0',\n"
        "    'server.socket_port': PORT,\n})\ncherrypy.quickstart(None)\n",
    ),
    "quart": ("app.py", "from quart import Quart\napp = Quart('a')\napp.run(port=PORT)\n"),
    "quart-wide": (
        "app.py",
        "from quart import Quart\napp = Quart('a')\napp.run(host='0.0.0.0', port=PORT)\n",
    ),
    "quart-empty": (
        "app.py",
        "from quart import Quart\napp = Quart('a')\napp.run(host='', port=PORT)\n",
    ),
    "remote-pdb": ("app.py", "import remote_pdb\nremote_pdb.set_trace(port=PORT)\n"),
    "remote-pdb-empty": ("app.py", "import remote_pdb\nremote_pdb.set_trace(host='', port=PORT)\n"),
    "web-pdb": ("app.py", "import web_pdb\nweb_pdb.set_trace(port=PORT)\n"),
    "web-pdb-local": (
        "app.py",
        "import web_pdb\nweb_pdb.set_trace(host='127.0.0.1', port=PORT)\n",
    ),
    "gevent": (
        "app.py",
        "from gevent.pywsgi import WSGIServer\nWSGIServer(('', PORT), print).serve_forever()\n",
    ),
    "gevent-local": (
        "app.py",
        "from gevent.pywsgi import WSGIServer\n"
        "WSGIServer(('127.0.0.1', PORT), print).serve_forever()\n",
    ),
    "eventlet": (
        "app.py",
        "import eventlet\nfrom eventlet import wsgi\n"
        "wsgi.server(eventlet.listen(('', PORT)), print)\n",
    ),
    "eventlet-local": (
        "app.py",
        "import eventlet\nfrom eventlet import wsgi\n"
        "wsgi.server(eventlet.listen(('127.0.0.1', PORT)), print)\n",
    ),
    "pymodbus-empty": ("app.py", _MODBUS.format("")),
    "pymodbus-local": ("app.py", _MODBUS.format("127.0.0.1")),
    "mcp": ("app.py", _MCP.format("0.0.0.0")),
    "mcp-local": ("app.py", _MCP.format("127.0.0.1")),
    "mcp-empty": ("app.py", _MCP.format("")),
    "uvicorn-factory": (
        "app.py",
        "import uvicorn\ndef make():\n    async def app(scope, receive, send): ...\n"
        "    return app\nif __name__ == '__main__':\n"
        "    uvicorn.run('app:make', factory=True, host='0.0.0.0', port=PORT)\n",
    ),
    "uvicorn-server": (
        "app.py",
        f"{_ASGI}uvicorn.Server(uvicorn.Config(app, host='0.0.0.0', port=PORT)).run()\n",
    ),
    "twisted-string": (
        "app.py",
        _ENDPOINT.format("serverFromString(reactor, 'tcp:PORT')"),
    ),
    "twisted-endpoint": ("app.py", _ENDPOINT.format("TCP4ServerEndpoint(reactor, PORT)")),
    "jupyter": ("run.sh", "jupyter server --allow-root --no-browser --port PORT\n"),
    "jupyter-wide": (
        "run.sh",
        "jupyter server --allow-root --no-browser --ip 0.0.0.0 --port PORT\n",
    ),
    "vite": ("run.sh", "vite --port PORT\n"),
    "vite-wide": ("run.sh", "vite --host --port PORT\n"),
    "next": ("run.sh", "next dev -p PORT\n"),
    "next-local": ("run.sh", "next dev -H 127.0.0.1 -p PORT\n"),
    "apollo": ("app.mjs", _APOLLO.format("")),
    "apollo-local": ("app.mjs", _APOLLO.format(", host: 'localhost'")),
}
"""Those that want a process for themselves: the file that is read and started, and what it says."""

RUN_PYTHON = textwrap.dedent(
    """
    import json, os, sys, threading, traceback
    def tell(what):  # in one write: threads tell at the same time
        os.write(1, (json.dumps(what) + "\\n").encode())
    wanted = json.load(sys.stdin)
    kept = []
    for code in wanted.values():  # two threads that import the same at once are in each other's way
        try:
            lines = [line for line in code.splitlines() if line.startswith(("from ", "import "))]
            exec("\\n".join(lines))
        except ImportError:
            pass
    def start(name, code):
        try:
            kept.append({"__name__": name})
            exec(compile(code, name, "exec"), kept[-1])
        except ImportError as error:
            tell({"skip": name, "why": str(error)})
        except FileNotFoundError as error:
            tell({"skip": name, "why": str(error)})
        except BaseException:
            tell({"failed": name, "why": traceback.format_exc()})
    threads = [threading.Thread(target=start, args=one, daemon=True) for one in wanted.items()]
    for thread in threads:
        thread.start()
    threading.Event().wait()
    """
)

_HTTP = "const http = require('http');\n"
_EXPRESS = "const express = require('express');\nconst app = express();\n"
_FASTIFY = "const app = require('fastify')();\n"
_HAPI = "const Hapi = require('@hapi/hapi');\n"
_WS = "const { WebSocketServer } = require('ws');\n"
_GRPC_JS = "const grpc = require('@grpc/grpc-js');\nconst server = new grpc.Server();\n"
_KOA = "const Koa = require('koa');\nconst app = new Koa();\n"
_HONO = "const { serve } = require('@hono/node-server');\n"

NODE = {
    "http": f"{_HTTP}http.createServer().listen(PORT);",
    "http-object": f"{_HTTP}http.createServer().listen({{ port: PORT }});",
    "http-empty": f"{_HTTP}http.createServer().listen(PORT, '');",
    "http-null": f"{_HTTP}http.createServer().listen(PORT, null);",
    "http-undefined": f"{_HTTP}http.createServer().listen(PORT, undefined);",
    "http-zero": f"{_HTTP}http.createServer().listen(PORT, '0');",
    "http-four": f"{_HTTP}http.createServer().listen(PORT, '0.0.0.0');",
    "http-local": f"{_HTTP}http.createServer().listen(PORT, '127.0.0.1');",
    "http-localhost": f"{_HTTP}http.createServer().listen({{ port: PORT, host: 'localhost' }});",
    "net": "const net = require('net');\nnet.createServer().listen(PORT);",
    "net-local": "const net = require('net');\nnet.createServer().listen(PORT, '::1');",
    "tls": "const tls = require('tls');\ntls.createServer({}).listen(PORT);",
    "http2": "const http2 = require('http2');\nhttp2.createServer().listen(PORT);",
    "express": f"{_EXPRESS}app.listen(PORT);",
    "express-local": f"{_EXPRESS}app.listen(PORT, '127.0.0.1');",
    "koa": f"{_KOA}app.listen(PORT);",
    "koa-local": f"{_KOA}app.listen(PORT, 'localhost');",
    "fastify": f"{_FASTIFY}app.listen({{ port: PORT }});",
    "fastify-undefined": f"{_FASTIFY}app.listen({{ port: PORT, host: undefined }});",
    "fastify-empty": f"{_FASTIFY}app.listen({{ port: PORT, host: '' }});",
    "udp": "const dgram = require('dgram');\nconst s = dgram.createSocket('udp4');\ns.bind(PORT);",
    "udp-local": "const dgram = require('dgram');\nconst s = dgram.createSocket('udp4');\n"
    "s.bind({ port: PORT, address: '127.0.0.1' });",
    "restana": "const app = require('restana')();\napp.start(PORT);",
    "restana-local": "const app = require('restana')();\napp.start(PORT, '127.0.0.1');",
    "smtp": "const { SMTPServer } = require('smtp-server');\n"
    "const server = new SMTPServer({});\nserver.listen(PORT);",
    "peer": "const { PeerServer } = require('peer');\nPeerServer({ port: PORT });",
    "peer-local": "const { PeerServer } = require('peer');\n"
    "PeerServer({ port: PORT, host: '127.0.0.1' });",
    "fastify-wide": f"{_FASTIFY}app.listen({{ port: PORT, host: '0.0.0.0' }});",
    "hapi": f"{_HAPI}Hapi.server({{ port: PORT }}).start();",
    "hapi-local": f"{_HAPI}Hapi.server({{ port: PORT, host: 'localhost' }}).start();",
    "ws": f"{_WS}new WebSocketServer({{ port: PORT }});",
    "ws-local": f"{_WS}new WebSocketServer({{ port: PORT, host: '127.0.0.1' }});",
    "socketio": "const { Server } = require('socket.io');\nnew Server(PORT);",
    "otel": "const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');\n"
    "new PrometheusExporter({ port: PORT });",
    "micro": "const { serve } = require('micro');\n"
    "const http = require('http');\nnew http.Server(serve(async () => '')).listen(PORT);",
    "polka": "const polka = require('polka');\npolka().listen(PORT);",
    "polka-local": "const polka = require('polka');\npolka().listen(PORT, 'localhost');",
    "connect": "const connect = require('connect');\nconnect().listen(PORT);",
    "grpc": f"{_GRPC_JS}server.bindAsync('0.0.0.0:PORT', "
    "grpc.ServerCredentials.createInsecure(), () => {});",
    "grpc-local": f"{_GRPC_JS}server.bindAsync('127.0.0.1:PORT', "
    "grpc.ServerCredentials.createInsecure(), () => {});",
    "hono": f"{_HONO}serve({{ fetch: () => {{}}, port: PORT }});",
    "hono-local": f"{_HONO}serve({{ fetch: () => {{}}, port: PORT, hostname: '127.0.0.1' }});",
    "inspector": "const inspector = require('inspector');\ninspector.open(PORT, '0.0.0.0');",
}
"""The same for Node."""

RUN_NODE = textwrap.dedent(
    """
    const wanted = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    const told = (key, name, error) =>
      console.log(JSON.stringify({ [key]: name, why: String(error) }));
    process.on('uncaughtException', (error) => told('failed', '?', error));
    for (const [name, code] of Object.entries(wanted)) {
      try {
        new Function('require', 'module', code)(require, {});
      } catch (error) {
        told(error.code === 'MODULE_NOT_FOUND' ? 'skip' : 'failed', name, error);
      }
    }
    setInterval(() => {}, 1000);
    """
)
