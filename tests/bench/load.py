"""A small load generator: N keep-alive connections ask for one page for a while. Run as a program, it prints one JSON line."""

import json
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

CONNECTIONS = 8


@dataclass
class Result:
    """What came of one round. times: seconds, one for each answer. cpu_each: the server's processor time for one answer."""

    status: int = 0
    body_bytes: int = 0
    per_second: float = 0.0
    cpu_each: float = 0.0
    times: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.times)[int(share * (len(self.times) - 1))]


class Connection:
    """One keep-alive connection that sends the same bytes again and again and reads the answers."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request

    def ask(self) -> tuple[int, int]:
        """Status and length of the body."""
        self.socket.sendall(self.request)
        data = self._more()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        status, length = int(head[9:12]), _length(head)
        missing = length - (len(data) - end - 4)
        while missing > 0:
            missing -= len(self._more())
        return status, length

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def _length(head: bytes) -> int:
    start = head.find(b"content-length:")
    return int(head[start + 15:].split(b"\r\n", 1)[0]) if start >= 0 else 0


def request_of(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def run(port: int, path: str, headers: dict[str, str], seconds: float, connections: int = CONNECTIONS) -> Result:
    """Ask on all connections at once for so many seconds."""
    request, result, lock = request_of(path, headers), Result(), threading.Lock()
    lines = [Connection(port, request) for _ in range(connections)]
    begins = time.perf_counter()
    ends = begins + seconds

    def keep_asking(line: Connection) -> None:
        times, now = [], time.perf_counter()
        while now < ends:
            status, length = line.ask()
            later = time.perf_counter()
            times.append(later - now)
            now = later
        with lock:
            result.times += times
            result.status, result.body_bytes = status, length

    with ThreadPoolExecutor(connections) as threads:
        list(threads.map(keep_asking, lines))  # an error of any of them stops the measurement
    result.per_second = len(result.times) / (time.perf_counter() - begins)
    return result


if __name__ == "__main__":
    print(json.dumps(asdict(run(**json.loads(sys.stdin.read())))))
