"""Runs a command inside a sandbox, with the gateway to packages on a port of the sandbox's own loopback.

The sandbox has no network: the gateway's socket is shown to it. This file stands alone (standard
library only), because it runs inside; what is left of it is swept away when the command has ended.
"""

import asyncio
import os
import socket
import sys

SOCKET = "/opt/softhouse/gateway/socket"
PORT = 8471


async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()


async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        gateway_reader, gateway_writer = await asyncio.open_unix_connection(SOCKET)
        await asyncio.gather(carry(reader, gateway_writer), carry(gateway_reader, writer))
    except OSError:
        writer.close()


async def serve(listening: socket.socket) -> None:
    server = await asyncio.start_server(connect, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", PORT))
    if os.fork():
        try:
            os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606
        except OSError as error:
            sys.exit(f"{sys.argv[1]}: {error.strerror}")
    asyncio.run(serve(listening))
