"""The cable is pulled and put back, the mat falls silent, the mat reboots: the daemon says so, and
streams again within two seconds, with the same process and the same clients. A daemon that was held up
blames no mat for it."""
import os
import signal
import time

from station import Checks, Mat, PATIENCE, Station, need

CYCLES = 4


def fds(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def next_state(client, timeout_s):
    """Wait for a status notification of another state: (arrival_s, state)."""
    got = client.note("status", timeout_s)
    return (got[0], got[1]["mat"]["state"]) if got else (None, None)


def wait_note(client, state, timeout_s):
    end_s = time.monotonic() + timeout_s
    while (left_s := end_s - time.monotonic()) > 0:
        at_s, seen = next_state(client, left_s)
        if seen == state:
            return at_s
    return None


def pull_and_plug(checks, station, mat, client, n):
    client.drain(0.1)  # nothing of the cycle before is left
    pulled_s = mat.ask("unplug", "unplugged")["t_s"]
    lost_s = wait_note(client, "lost", 2 * PATIENCE)
    if checks.check(lost_s, f"cycle {n}: clients never heard that the mat is lost"):
        checks.within(lost_s - pulled_s, 0.3 * PATIENCE, f"cycle {n}: unplugged to 'lost'", "s")
    checks.check(station.status()["mat"]["state"] in ("lost", "searching"),
                 f"cycle {n}: an unplugged mat is lost or searched")
    time.sleep(0.7 * n)  # the retry timer meets the plug at different moments
    client.notes.clear()
    plugged_s = mat.ask("plug", "plugged")["t_s"]
    found = None
    while found is None or found[0] < plugged_s:
        found = client.note("sample", 5 * PATIENCE)
        if found is None:
            checks.check(False, f"cycle {n}: no sample after plugging back")
            return
    checks.within(found[0] - plugged_s, 2.0 * PATIENCE, f"cycle {n}: plugged to sample", "s")


def silence(checks, station, mat, client):
    """A mat that hangs is lost after 300 ms, and found again when it goes on."""
    client.notes.clear()
    mat.do("pause")
    start_s = time.monotonic()
    lost_s = wait_note(client, "lost", 3 * PATIENCE)
    if checks.check(lost_s, "silence: clients never heard 'lost'"):
        checks.within(lost_s - start_s, 0.6 * PATIENCE, "silence to 'lost'", "s")
    mat.do("resume")
    resumed_s = time.monotonic()
    client.notes.clear()
    found = client.note("sample", 6 * PATIENCE)
    if checks.check(found, "silence: no sample after it ended"):
        checks.within(found[0] - resumed_s, 2.0 * PATIENCE, "silence over to sample", "s")
    reboot(checks, mat, client)


def reboot(checks, mat, client):
    """A mat that starts anew counts its clock from zero; whether or not it was missed in between,
    its samples come again, and time as we give it never runs back."""
    client.drain(0.1)
    last = client.note("sample", 2)[1]
    mat.do("reboot")
    start_s = time.monotonic()
    while time.monotonic() < start_s + 10 * PATIENCE:
        found = client.note("sample", 10 * PATIENCE)
        if found is None:
            break
        sample = found[1]
        checks.check(sample["t_s"] > last["t_s"] and sample["seq"] > last["seq"],
                     f"after a reboot: {last['t_s']} s, {last['seq']}, then {sample['t_s']} s, "
                     f"{sample['seq']}")
        if sample["device_us"] < last["device_us"]:
            checks.within(found[0] - start_s, 2.0 * PATIENCE, "reboot to sample", "s")
            return
        last = sample
    checks.check(False, "reboot: no sample of the mat's new life")


def held_up(checks, station, client, daemon):
    """A daemon that was kept from running reads first what has come meanwhile: the mat was not silent."""
    client.drain(0.1)
    lost = station.status()["mat"]["lost_frames"]
    for _ in range(4):
        daemon.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        daemon.send_signal(signal.SIGCONT)
        states = {params["mat"]["state"] for _, name, params in client.drain(0.3) if name == "status"}
        checks.check(states <= {"streaming"}, f"held up for half a second: the mat is {states}")
    checks.equal(station.status()["mat"]["lost_frames"], lost, "held up four times: lost_frames")


def main():
    need("stanced", "stance")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        daemon = station.start_daemon()
        station.wait_state("streaming")
        watch, out = station.start_watch()
        client = station.client()
        client.call("subscribe", {"streams": ["sample", "status"]})
        time.sleep(0.5)
        before, descriptors = station.status(), fds(daemon)
        for n in range(CYCLES):
            pull_and_plug(checks, station, mat, client, n)
        silence(checks, station, mat, client)
        held_up(checks, station, client, daemon)
        after = station.status()
        checks.equal(after["daemon"]["pid"], before["daemon"]["pid"], "daemon's pid")
        checks.equal(after["daemon"]["pid"], daemon.pid, "pid in the status")
        checks.check(watch.poll() is None, "stance watch lives through all of it")
        checks.check(after["mat"]["frames"] > before["mat"]["frames"], "frames go on counting")
        size = out.stat().st_size
        time.sleep(0.5)
        checks.check(out.stat().st_size > size, "stance watch shows samples again")
        checks.check(abs(fds(daemon) - descriptors) <= 1,
                     f"descriptors: {descriptors} before, {fds(daemon)} after")
        checks.check(not client.closed, "the client's connection stays")
    checks.finish()


if __name__ == "__main__":
    main()
