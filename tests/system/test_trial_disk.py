"""A full disk: a trial that may not fit is refused, one that fills the disk is ended, stored and says
why, and nothing earlier is harmed. Needs a small file system of its own, hence root."""
import contextlib
import errno
import os
import subprocess

from station import BIN, Checks, RpcError, Station, need, skip

DISK_MB = 48


@contextlib.contextmanager
def small_disk(path):
    path.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "tmpfs",
                           str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=False)


def fill(path, leave_bytes):
    """Leave so much room on the disk, or less: the daemon writes at the same time."""
    fs = os.statvfs(path)
    n = fs.f_bavail * fs.f_frsize - leave_bytes
    with open(path / "ballast", "ab", buffering=0) as file:
        try:
            for _ in range(n // 65536):
                file.write(bytes(65536))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def await_end(client, timeout_s=20):
    while note := client.note("trial", timeout_s):
        if note[1]["state"] in ("stored", "timeout", "failed"):
            return note[1]
    return None


def refused(checks, client, **params):
    try:
        client.call("trial.start", params)
        checks.check(False, "a trial that does not fit was begun")
    except RpcError as error:
        print(f"refused: {error.message}")
        checks.equal(error.code, -32007, "code of the refusal")
        checks.check("MB" in error.message, "the refusal says how much is missing")


def main():
    need("stanced", "stance-sim")
    if os.geteuid() != 0:
        skip("only root may mount a small disk")
    checks = Checks()
    with Station() as station, small_disk(station.path / "disk"):
        disk = station.path / "disk"
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--rows", "48",
                       "--cols", "48", "--pitch-mm", "10", "--sensor", "resistive", "--seed", "3"],
                      "sim.log")
        station.start_daemon("--state-dir", str(disk))
        station.wait_state("streaming")
        client = station.client()
        client.call("subscribe", {"streams": ["trial"]})
        short = {"protocol": "quiet-eo", "duration_s": 2, "settle_s": 0.5, "wait_s": 5}
        first = client.call("trial.start", short)["id"]
        checks.equal(await_end(client)["state"], "stored", "with room, the trial")
        before = client.call("trial.show", {"id": first})

        refused(checks, client, protocol="natural", duration_s=300)

        long = {"protocol": "natural", "duration_s": 20, "settle_s": 0.5, "wait_s": 3}
        running = client.call("trial.start", long)["id"]
        client.drain(3)
        fill(disk, 64 * 1024)
        end = await_end(client)
        print(f"filled while it ran: {end}")
        checks.equal((end["state"], end["verdict"]), ("stored", "interrupted"), "how it ended")
        checks.check(any("disk is full" in r for r in end["reasons"]), "it says why")
        shown = client.call("trial.show", {"id": running})
        checks.check(shown["duration_s"] and shown["duration_s"] > 0.5,
                     f"what was measured is stored: {shown['duration_s']} s")
        checks.equal(client.call("trial.show", {"id": first}), before, "the earlier trial")
        refused(checks, client, **short)

        (disk / "ballast").unlink()
        again = client.call("trial.start", short)["id"]
        checks.equal(await_end(client)["state"], "stored", "with room again, the trial")
        station.daemon.kill()
        station.daemon.wait(5)
        station.start_daemon("--state-dir", str(disk))
        client = station.client()
        checks.equal(client.call("trial.show", {"id": first}), before, "after a restart")
        checks.equal(client.call("trial.show", {"id": again})["quality"]["verdict"] != "interrupted",
                     True, "the last trial after a restart")
        client.close()
        station.close()
    checks.finish()


if __name__ == "__main__":
    main()
