"""People who send a form byte by byte, as on a train or on purpose, must not keep everybody else waiting."""

import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bench import serve
from tests.bench.serve import Server

SLOW_CLIENTS = 60
PAUSE = 0.2  # seconds between two bytes of each of them
PATIENCE = 5.0  # generous: this says "answered at all", not "quick"
ASKED = 10
PAGES = ("/", "/sign-in", "/healthz")
FORM = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture(scope="module")
def served(worker_id: str) -> Iterator[Server]:
    """The demo, served by the command of the Makefile."""
    with serve.database(f"slow_{worker_id}") as site:
        site.flask("demo", "load", "--pupils", "60")
        with site.served() as server:
            server.cookie = site.cookie_of("mairi.macleod")
            yield server


@contextmanager
def trickling(port: int) -> Iterator[list[socket.socket]]:
    """So many clients, each sending a byte now and then; gives those that the server still listens to."""
    clients = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(SLOW_CLIENTS)]
    over = threading.Event()

    def send() -> None:
        while not over.wait(PAUSE):
            for client in list(clients):
                try:
                    client.sendall(b"x")
                except OSError:
                    clients.remove(client)

    for client in clients:
        client.sendall(FORM)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        time.sleep(5 * PAUSE)  # until every form is on its way
        yield clients
    finally:
        over.set()
        sender.join()
        for client in clients:
            client.close()


def waits(server: Server) -> list[float]:
    """How long others wait for each of the pages, one after the other."""
    found = []
    for path in PAGES * ASKED:
        begins = time.perf_counter()
        status, _, _ = server.get(path)
        found.append(time.perf_counter() - begins)
        assert status in (200, 303), f"{path}: {status}"
    return found


def test_others_get_their_pages_while_many_forms_trickle_in(served):
    waits(served)  # the first pages after a start are slower
    idle = waits(served)
    with trickling(served.port) as clients:
        busy = waits(served)
        assert len(clients) == SLOW_CLIENTS, "the server gave up on slow clients, so nothing was shown"
        answered = _answered(clients)
    print(f"median wait: idle {statistics.median(idle) * 1000:.1f} ms, with {SLOW_CLIENTS} slow clients {statistics.median(busy) * 1000:.1f} ms; "
          f"longest {max(idle) * 1000:.0f} and {max(busy) * 1000:.0f} ms")
    assert answered == 0, "a form was answered before it was complete"
    assert max(busy) < PATIENCE


def _answered(clients: list[socket.socket]) -> int:
    with selectors.DefaultSelector() as watch:
        for client in clients:
            watch.register(client, selectors.EVENT_READ)
        return len(watch.select(timeout=0))
