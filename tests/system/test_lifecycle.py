"""Start and end of the daemon: readiness, watchdog, signals, sockets left behind, idle cost."""
import os
import signal
import socket
import subprocess
import time

from station import BIN, Checks, Client, Mat, PATIENCE, Station, need


class Manager:
    """A fake service manager: a datagram socket that remembers what it was told and when."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.heard = []

    def listen(self, seconds, until=None):
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            self.socket.settimeout(left_s)
            try:
                text = self.socket.recv(4096).decode()
            except TimeoutError:
                break
            self.heard += [(time.monotonic(), line) for line in text.splitlines()]
            if until and any(line.startswith(until) for line in text.splitlines()):
                return True
        return False

    def times(self, line):
        return [at_s for at_s, text in self.heard if text == line]


def ready_and_watchdog(checks):
    with Station() as station:
        manager = Manager(station.path / "notify")
        start_s = time.monotonic()
        daemon = station.start_daemon(wait=False, env={
            "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "1000000"})
        checks.check(manager.listen(5 * PATIENCE, "READY=1"), "READY=1, with no mat in sight")
        print(f"  ready after {1000 * (time.monotonic() - start_s):.0f} ms")
        Client(station.socket).close()  # ready means: answers now
        manager.listen(3.2)
        pings = manager.times("WATCHDOG=1")
        gaps = [b - a for a, b in zip(pings, pings[1:])]
        if checks.check(len(pings) >= 4, f"{len(pings)} watchdog pings in 3.2 s"):
            checks.within(max(gaps), 0.5 * PATIENCE + 0.1, "longest gap between pings", "s")
        os.kill(daemon.pid, signal.SIGSTOP)  # a hung loop must not be fed by something else
        manager.listen(0.2)
        n = len(manager.times("WATCHDOG=1"))
        manager.listen(1.0)
        checks.equal(len(manager.times("WATCHDOG=1")), n, "pings of a stopped process")
        os.kill(daemon.pid, signal.SIGCONT)
        checks.check(manager.listen(2, "WATCHDOG=1"), "pings again after SIGCONT")
        daemon.terminate()
        manager.listen(1, "STOPPING=1")
        checks.check(manager.times("STOPPING=1"), "STOPPING=1 on SIGTERM")
        daemon.wait(5)


def ends(checks, how, name):
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5)
        mat.wait("ready")
        daemon = station.start_daemon()
        station.wait_state("streaming")
        client = station.client()
        client.call("subscribe", {"streams": ["sample", "frame"]})
        time.sleep(0.5)
        start_s = time.monotonic()
        daemon.send_signal(how)
        code = daemon.wait(10)
        checks.within(1000 * (time.monotonic() - start_s), 500 * PATIENCE, f"{name} to exit", "ms")
        checks.equal(code, 0, f"exit code after {name}")
        checks.check(not station.socket.exists(), f"socket is gone after {name}")
        mat.wait("stopped", 3)


def sockets_left_behind(checks):
    with Station() as station:
        daemon = station.start_daemon()
        daemon.kill()
        daemon.wait()
        checks.check(station.socket.exists(), "kill -9 leaves a socket file (else no test)")
        first = station.start_daemon()
        checks.check(first.poll() is None, "a stale socket is replaced")
        start_s = time.monotonic()
        same = subprocess.run([BIN / "stanced", "--mat", station.path / "other"], timeout=10,
                              env=station.env, capture_output=True, text=True)
        checks.check(same.returncode != 0 and str(first.pid) in same.stderr,
                     f"a second daemon on the same state names the first: {same.stderr}")
        second = subprocess.run([BIN / "stanced", "--mat", station.path / "other", "--state-dir",
                                 station.path / "state2"], timeout=10, env=station.env,
                                capture_output=True, text=True)
        checks.within(time.monotonic() - start_s, 1.0 * PATIENCE, "second daemon gives up", "s")
        checks.check(second.returncode != 0, "a second daemon on a live socket is refused")
        print(f"  second daemon (exit {second.returncode}): {second.stderr.strip()[-200:]}")
        checks.check("stance.sock" in second.stderr, "it names the socket")
        checks.check(station.status()["daemon"]["pid"] == first.pid, "the first one goes on")
        first.terminate()
        first.wait(5)
        station.socket.parent.mkdir(parents=True, exist_ok=True)
        station.socket.write_text("someone's file")
        third = subprocess.run([BIN / "stanced", "--mat", station.path / "other"], timeout=10,
                               env=station.env, capture_output=True, text=True)
        checks.check(third.returncode != 0, "a file that is no socket is not replaced")
        checks.equal(station.socket.read_text(), "someone's file", "that file")


def start_with_socket(station, at, configured):
    """The daemon as a service manager starts it that listens on `at` itself."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    at.parent.mkdir(parents=True, exist_ok=True)
    listener.bind(str(at))
    listener.listen()
    # The number of the process is known only to itself, and the first descriptor must be 3.
    script = 'exec 3<&"$1"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$2" --mat "$3" --socket "$4"'
    process = subprocess.Popen(
        ["bash", "-c", script, "sh", str(listener.fileno()), BIN / "stanced",
         station.path / "mat", configured], pass_fds=[listener.fileno()], env=station.env,
        stderr=subprocess.PIPE, text=True)
    return listener, process


def socket_of_the_manager(checks):
    """A client that came before the daemon is served, and the socket outlives the daemon."""
    with Station() as station:
        listener, daemon = start_with_socket(station, station.socket, station.socket)
        client = Client(station.socket)  # waits in the backlog
        checks.equal(client.call("hello")["schema"], "stance.hello/1", "an early client's answer")
        daemon.terminate()
        checks.equal(daemon.wait(5), 0, "its end")
        checks.check(station.socket.exists(), "the manager's socket stays")
        listener.close()
    with Station() as station:
        listener, daemon = start_with_socket(station, station.path / "elsewhere", station.socket)
        checks.check(daemon.wait(5) != 0, "a socket at another path than the configured is refused")
        checks.check("ListenStream" in daemon.stderr.read(), "and it says what to make equal")
        listener.close()


def idle_cost(checks):
    """No mat, no client: next to nothing."""
    with Station() as station:
        daemon = station.start_daemon()
        time.sleep(1.5)

        def used():
            fields = open(f"/proc/{daemon.pid}/stat").read().rsplit(")", 1)[1].split()
            switches = [int(line.split()[1]) for line in open(f"/proc/{daemon.pid}/status")
                        if line.startswith("voluntary")]
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), switches[0]

        before, seconds = used(), 5.0
        time.sleep(seconds)
        after = used()
        checks.within(100 * (after[0] - before[0]) / seconds, 2.0 * PATIENCE,
                      "CPU without a mat", "% of a core")
        checks.within((after[1] - before[1]) / seconds, 20 * PATIENCE, "wake-ups without a mat", "/s")


def command_line(checks):
    with Station() as station:
        def run(*arguments):
            return subprocess.run([BIN / "stanced", *arguments], env=station.env, text=True,
                                  capture_output=True, timeout=10)
        shown = run("--print-config")
        checks.equal(shown.returncode, 0, "--print-config")
        checks.check("rate_hz" in shown.stdout, "--print-config shows the keys")
        checks.equal(run("--help").returncode, 0, "--help")
        checks.equal(run("--no-such").returncode, 2, "an unknown option")
        checks.equal(run("stray").returncode, 2, "a stray argument")
        config = station.path / "my.conf"
        config.write_text("[mat]\n# a comment\nrate_hz = 100\npaht = /dev/x\n")
        wrong = run("--config", str(config))
        print(f"  unknown key (exit {wrong.returncode}): {wrong.stderr.strip()}")
        checks.check(wrong.returncode != 0, "an unknown key is an error")
        for word in ("my.conf", "4", "paht", "path"):
            checks.check(word in wrong.stderr, f"message for an unknown key names {word}")
        config.write_text("[mat]\nrate_hz = many\n")
        wrong = run("--config", str(config))
        checks.check(wrong.returncode != 0 and "rate_hz" in wrong.stderr, "a value out of range")
        missing = run("--config", str(station.path / "none.conf"))
        checks.check(missing.returncode != 0 and "none.conf" in missing.stderr, "a missing file")


def main():
    need("stanced")
    checks = Checks()
    ready_and_watchdog(checks)
    ends(checks, signal.SIGTERM, "SIGTERM")
    ends(checks, signal.SIGINT, "SIGINT")
    sockets_left_behind(checks)
    socket_of_the_manager(checks)
    idle_cost(checks)
    command_line(checks)
    checks.finish()


if __name__ == "__main__":
    main()
