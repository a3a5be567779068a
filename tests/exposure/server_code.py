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

PYTHON = {
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
    "fastify-wide": f"{_FASTIFY}app.listen({{ port: PORT, host: '0.0.0.0' }});",
    "hapi": f"{_HAPI}Hapi.server({{ port: PORT }}).start();",
    "hapi-local": f"{_HAPI}Hapi.server({{ port: PORT, host: 'localhost' }}).start();",
    "ws": f"{_WS}new WebSocketServer({{ port: PORT }});",
    "ws-local": f"{_WS}new WebSocketServer({{ port: PORT, host: '127.0.0.1' }});",
    "socketio": "const { Server } = require('socket.io');\nnew Server(PORT);",
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
