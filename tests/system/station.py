"""What the system tests share: a whole station (mat, daemon, clients) in a folder of its own.

Every test is a program: `python3 tests/system/test_X.py`. $STANCE_BIN says which programs to test
(default build/release/bin). Exit 0 passed, 1 failed, 77 skipped with the reason as last line.
"""
import atexit
import contextlib
import json
import math
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))
import feet_model  # noqa: E402  (found through the line above)

BIN = pathlib.Path(os.environ.get("STANCE_BIN", ROOT / "build/release/bin")).resolve()
SANITIZED = any(name in str(BIN) for name in ("asan", "tsan"))
PRELOAD = pathlib.Path(os.environ.get("STANCE_PRELOAD",
                                      ROOT / "build/release/tests/support/preload"))
# Waiting limits of a test are for a quiet machine; CI machines and sanitizers are slower.
PATIENCE = 4.0 if SANITIZED else 1.0
# A test that is told to end (its time is over) stops what it started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def need(*programs):
    for name in programs:
        if not (BIN / name).exists():
            skip(f"{BIN / name} is not built")


def recording(name="PDS13CR1.csv"):
    path = feet_model.shared("reference/cop/feet", name)
    if not path.exists():
        skip(f"no recording {path}; set STANCE_SHARED")
    return path


class Checks:
    """Collects what failed; a test says everything it found before it ends."""

    def __init__(self):
        self.failures, self.n = [], 0

    def check(self, good, text):
        self.n += 1
        if not good:
            self.failures.append(text)
            print(f"FAILED: {text}", flush=True)
        return bool(good)

    def equal(self, got, wanted, what):
        return self.check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")

    def within(self, got, limit, what, unit=""):
        """Check got <= limit and print the figure either way."""
        good = got is not None and not math.isnan(got) and got <= limit
        print(f"  {what}: {got if got is None else round(got, 4)} {unit} (limit {limit})",
              flush=True)
        return self.check(good, f"{what}: {got} {unit}, limit {limit}")

    def finish(self):
        print(f"{self.n - len(self.failures)} of {self.n} checks hold")
        sys.exit(1 if self.failures else 0)


class RpcError(Exception):
    def __init__(self, error):
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code, self.message = error.get("code"), error.get("message")


class Client:
    """A plain client of the socket."""

    def __init__(self, path, timeout_s=5.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        self.socket.setblocking(False)
        self.buffer = bytearray()
        self.next_id = 1
        self.notes = []  # (arrival_s, method, params) not yet taken
        self.closed = False

    def close(self):
        self.socket.close()

    def send_raw(self, data):
        self.socket.setblocking(True)
        self.socket.settimeout(5)
        try:
            self.socket.sendall(data)
        finally:
            self.socket.setblocking(False)

    def read(self, timeout_s):
        """The next line as an object, None on time-out or when the daemon closed."""
        end_s = time.monotonic() + timeout_s
        while True:
            at = self.buffer.find(b"\n")
            if at >= 0:
                line = bytes(self.buffer[:at])
                del self.buffer[:at + 1]
                return json.loads(line)
            left_s = end_s - time.monotonic()
            if self.closed or left_s <= 0 or not select.select([self.socket], [], [], left_s)[0]:
                return None
            try:
                data = self.socket.recv(1 << 20)
            except ConnectionResetError:
                data = b""
            if not data:
                self.closed = True
                continue
            self.buffer += data

    def answer(self, wanted_id, timeout_s=5.0):
        end_s = time.monotonic() + timeout_s
        while (left_s := end_s - time.monotonic()) > 0:
            message = self.read(left_s)
            if message is None:
                break
            if "method" in message:
                self.notes.append((time.monotonic(), message["method"], message["params"]))
            elif message.get("id") == wanted_id:
                return message
        raise TimeoutError(f"no answer to request {wanted_id}"
                           + (", connection closed" if self.closed else ""))

    def call(self, method, params=None, timeout_s=5.0):
        request = {"jsonrpc": "2.0", "id": self.next_id, "method": method}
        self.next_id += 1
        if params is not None:
            request["params"] = params
        self.send_raw(json.dumps(request).encode() + b"\n")
        message = self.answer(request["id"], timeout_s)
        if "error" in message:
            raise RpcError(message["error"])
        return message["result"]

    def note(self, method, timeout_s=5.0):
        """The next notification of that name: (arrival_s, params), None on time-out."""
        end_s = time.monotonic() + timeout_s
        while True:
            for k, (at_s, name, params) in enumerate(self.notes):
                if name == method:
                    del self.notes[k]
                    return at_s, params
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return None
            message = self.read(left_s)
            if message is None:
                return None
            if "method" in message:
                self.notes.append((time.monotonic(), message["method"], message["params"]))

    def drain(self, seconds):
        """All notifications of the next seconds."""
        end_s = time.monotonic() + seconds
        taken, self.notes = self.notes, []
        while (left_s := end_s - time.monotonic()) > 0:
            message = self.read(left_s)
            if message is None:
                break
            if "method" in message:
                taken.append((time.monotonic(), message["method"], message["params"]))
        return taken


class Mat:
    """The python mat as a process (tests/support/smp_mat.py)."""

    def __init__(self, station, *arguments, link="mat"):
        self.link = str(station.path / link)
        self.truth = station.path / f"{link}.truth.jsonl"
        self.process = station.start(
            [sys.executable, str(ROOT / "tests/support/smp_mat.py"), "--link", self.link,
             "--truth", str(self.truth), *map(str, arguments)], f"{link}.log",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.events = []
        self.arrived = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            with self.arrived:
                self.events.append(json.loads(line))
                self.arrived.notify_all()
        with self.arrived:
            self.events.append({"event": "ended"})
            self.arrived.notify_all()

    def do(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ask(self, command, event):
        """Give a command and take the event that answers it, not an older one."""
        with self.arrived:
            self.events = [found for found in self.events if found["event"] != event]
        self.do(command)
        return self.wait(event)

    def wait(self, event, timeout_s=30.0):
        """Take the next event of that name; raises if the mat ends or is late."""
        end_s = time.monotonic() + timeout_s * PATIENCE
        with self.arrived:
            while True:
                for k, found in enumerate(self.events):
                    if found["event"] == event:
                        del self.events[k]
                        return found
                    if found["event"] == "ended" or self.process.poll() is not None:
                        raise RuntimeError(f"the python mat ended before '{event}'")
                if not self.arrived.wait(end_s - time.monotonic()):
                    raise TimeoutError(f"the python mat never said '{event}'")

    def stop(self):
        if self.process.poll() is None:
            self.do("stop")
            self.process.stdin.close()
            self.process.wait(10)

    def truths(self):
        """Truth by device_us; call after stop() or done."""
        with self.truth.open() as file:
            return {t["device_us"]: t for t in map(json.loads, file)}


class Station:
    """A private folder with everything a daemon and its clients need; used in a with block."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="stance-test-"))
        self.socket = self.path / "run/stance/stance.sock"
        self.processes = []
        self.logs = {}
        for name in ("run", "config", "state", "home"):
            (self.path / name).mkdir(mode=0o700)
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("XDG_", "STANCE_", "NOTIFY_", "WATCHDOG_", "LD_PRELOAD"))}
        self.env.update(XDG_RUNTIME_DIR=str(self.path / "run"), HOME=str(self.path / "home"),
                        XDG_CONFIG_HOME=str(self.path / "config"),
                        XDG_STATE_HOME=str(self.path / "state"), LC_ALL="C.UTF-8",
                        SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
        self.daemon = None
        atexit.register(self.close)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and kind is not SystemExit:
            self.show_logs()
        self.close()

    def close(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin:
                with contextlib.suppress(OSError):
                    process.stdin.close()
        self.processes = []
        shutil.rmtree(self.path, ignore_errors=True)

    def show_logs(self, n_lines=25):
        for name, path in self.logs.items():
            if path.exists() and path.stat().st_size:
                tail = path.read_text(errors="replace").splitlines()[-n_lines:]
                print(f"--- {name}\n" + "\n".join(tail), flush=True)

    def start(self, command, log, env=None, **more):
        path = self.path / log
        self.logs[log] = path
        with path.open("ab") as file:
            more.setdefault("stdout", file)
            more.setdefault("stdin", subprocess.DEVNULL)
            process = subprocess.Popen(command, stderr=file, env={**self.env, **(env or {})},
                                       cwd=self.path, **more)
        self.processes.append(process)
        return process

    def log(self, name):
        path = self.logs.get(name)
        return path.read_text(errors="replace") if path and path.exists() else ""

    def start_daemon(self, *arguments, mat="mat", env=None, wait=True, prefix=()):
        command = [*prefix, str(BIN / "stanced")]
        if mat:
            command += ["--mat", str(self.path / mat)]
        self.daemon = self.start([*command, *map(str, arguments)], "stanced.log", env=env)
        if wait:
            self.wait_socket()
        return self.daemon

    def wait_socket(self, timeout_s=5.0):
        end_s = time.monotonic() + timeout_s * PATIENCE
        while time.monotonic() < end_s:
            if self.daemon.poll() is not None:
                break
            with contextlib.suppress(OSError):
                Client(self.socket).close()
                return
            time.sleep(0.01)
        self.show_logs()
        raise RuntimeError(f"stanced does not listen on {self.socket}, exit {self.daemon.poll()}")

    def client(self):
        return Client(self.socket)

    def status(self):
        client = self.client()
        try:
            return client.call("status")
        finally:
            client.close()

    def wait_state(self, state, timeout_s=5.0):
        """Wait until the mat is in that state; returns the seconds it took."""
        client, start_s, seen = self.client(), time.monotonic(), None
        try:
            while time.monotonic() < start_s + timeout_s * PATIENCE:
                seen = client.call("status")["mat"]["state"]
                if seen == state:
                    return time.monotonic() - start_s
                time.sleep(0.02)
        finally:
            client.close()
        self.show_logs()
        raise TimeoutError(f"mat is {seen}, not {state}, after {timeout_s} s")

    def stance(self, *arguments, timeout_s=30, env=None, **more):
        """Run the command line; returns the finished process with text output."""
        return subprocess.run([str(BIN / "stance"), *map(str, arguments)], text=True,
                              capture_output=True, timeout=timeout_s * PATIENCE,
                              stdin=more.pop("stdin", subprocess.DEVNULL), cwd=self.path,
                              env={**self.env, **(env or {})}, **more)

    def start_watch(self, name="watch", *arguments):
        """`stance watch --jsonl` into a file; returns (process, path of the file)."""
        out = self.path / f"{name}.jsonl"
        with out.open("wb") as file:
            process = self.start([str(BIN / "stance"), "watch", "--jsonl", *arguments],
                                 f"{name}.log", stdout=file)
        return process, out


def read_jsonl(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def interrupt(process, timeout_s=5.0):
    """Ctrl-C; returns the exit code."""
    process.send_signal(signal.SIGINT)
    return process.wait(timeout_s * PATIENCE)


def distance_mm(a, b):
    return math.hypot(a[0] - b[0], a[1] - b[1])


def percentile(values, p):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(p / 100 * len(ordered)))] if ordered else math.nan
