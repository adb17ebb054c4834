"""A client that never reads, and a thousand that come and go: the others do not notice.

The figures here are only held to coarse limits, because other tests run beside; bench_latency
measures them on their own.
"""
import contextlib
import os
import socket
import time

from station import Checks, Client, Mat, PATIENCE, Station, need, percentile

N_CONNECTS = 1000


def memory_kb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def delays_ms(notes):
    """How late each sample came, against the mat's clock and the luckiest sample."""
    raw = [at_s * 1000 - p["device_us"] / 1000 for at_s, name, p in notes if name == "sample"]
    best = min(raw)
    return [v - best for v in raw]


def missing(notes):
    """Samples lost on the way to this client: holes in the steps of the mat's clock."""
    us = [p["device_us"] for _, name, p in notes if name == "sample"]
    return sum(round((b - a) / 10_000) - 1 for a, b in zip(us, us[1:]))


def never_reads(station):
    client = station.client()
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"subscribe",'
                    b'"params":{"streams":["sample","frame"]}}\n')
    return client


def storm(station, good):
    """A thousand connections; half of them ask something first. Notes of the good client."""
    notes, held, refused = [], [], 0
    for k in range(N_CONNECTS):
        try:
            client = Client(station.socket)
        except OSError:
            refused += 1
            continue
        if k % 2:
            with contextlib.suppress(OSError):
                client.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"status"}\n')
        held.append(client)
        if len(held) > 40:  # many at once, too
            held.pop(0).close()
        if k % 20 == 0:
            notes += good.drain(0.005)
    for client in held:
        client.close()
    return notes + good.drain(1), refused


def owed_a_reply(checks, station):
    """Who asks and never takes the answers loses the connection, not the daemon's memory."""
    rude = station.client()
    rude.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n'
    rude.socket.settimeout(1)
    sent, start_s, cut_s = 0, time.monotonic(), None
    while time.monotonic() < start_s + 12 * PATIENCE:
        try:
            if sent < 2_000_000:
                rude.socket.settimeout(0.5)
                rude.socket.send(request * 50)
                sent += 50 * len(request)
            else:
                time.sleep(0.2)
        except (BrokenPipeError, ConnectionResetError):
            cut_s = time.monotonic() - start_s
            break
        except (TimeoutError, BlockingIOError):
            continue
    if checks.check(cut_s is not None, "a client that never reads its replies is cut off"):
        checks.within(cut_s, 5 + 5 * PATIENCE, "reply owed to connection closed", "s")
    rude.close()


def main():
    need("stanced")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        daemon = station.start_daemon()
        station.wait_state("streaming")
        good = station.client()
        good.call("subscribe", {"streams": ["sample"]})
        good.drain(2)
        quiet = good.drain(4)
        descriptors = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        memory = memory_kb(daemon.pid)
        stuck = never_reads(station)
        slow = good.drain(6)
        during, refused = storm(station, good)
        for name, notes in (("quiet", quiet), ("with one that never reads", slow),
                            ("while a thousand come and go", during)):
            late = delays_ms(notes)
            print(f"  {name}: {len(late)} samples, {missing(notes)} missing, lateness p50 "
                  f"{percentile(late, 50):.2f} ms, p99 {percentile(late, 99):.2f} ms")
            checks.equal(missing(notes), 0, f"{name}: samples missing")
            checks.check(percentile(late, 99) < 100 * PATIENCE, f"{name}: p99 lateness")
        print(f"  {refused} of {N_CONNECTS} connections refused; daemon {memory} kB before, "
              f"{memory_kb(daemon.pid)} kB after")
        checks.check(memory_kb(daemon.pid) - memory < 2048 * PATIENCE, "memory grew with clients")
        stuck.close()
        owed_a_reply(checks, station)
        time.sleep(0.5)
        now = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        checks.check(now <= descriptors + 1, f"descriptors: {descriptors} before, {now} after")
        good.drain(1)  # what was too old when we came back is gone by design
        checks.equal(missing(good.drain(1)), 0, "samples missing afterwards")
        counters = station.status()["mat"]
        checks.equal((counters["lost_frames"], counters["bad_frames"]), (0, 0), "mat's losses")
    checks.finish()


if __name__ == "__main__":
    main()
