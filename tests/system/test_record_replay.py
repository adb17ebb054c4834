"""Recordings: what `stance record` writes is measured alike each time, a trial's recording gives the numbers
that are stored, and what is cut off or damaged is said in words."""
import json
import signal
import time

from station import BIN, Checks, PATIENCE, Station, need


def start_sim(s):
    s.start([str(BIN / "stance-sim"), "--link", str(s.path / "mat"), "--rows", "32", "--cols", "32",
             "--pitch-mm", "15", "--rate-hz", "100", "--seed", "7", "--mass-kg", "70"], "sim.log")
    s.start_daemon()
    s.wait_state("streaming")


def replay(s, path):
    done = s.stance("replay", path, "--json")
    return done, json.loads(done.stdout) if done.stdout.strip() else None


def recorded(checks, s):
    """A plain recording, replayed twice."""
    done = s.stance("record", "-o", "plain.srec", "--seconds", "3", "--json")
    if not checks.equal(done.returncode, 0, f"record: {done.stderr}"):
        return
    told = json.loads(done.stdout)
    checks.check(told["lost"] == 0 and 295 <= told["frames"] <= 301, f"3 s at 100 Hz: {told}")
    again = s.stance("record", "-o", "plain.srec", "--seconds", "1")
    checks.equal(again.returncode, 1, "a file that is there is not overwritten")
    checks.check("already" in again.stderr, f"and says so: {again.stderr}")
    done, first = replay(s, "plain.srec")
    checks.equal((done.returncode, done.stderr), (0, ""), "replay")
    _, second = replay(s, "plain.srec")
    checks.equal(first, second, "the same recording gives the same result")
    checks.within(abs(first["weight"]["mass_kg"] - 70), 1, "mass", "kg")
    checks.check(2.3 <= first["duration_s"] <= 3.0, f"nearly all was measured: {first['duration_s']} s")
    text = s.stance("replay", "plain.srec")
    checks.check("verdict" in text.stdout and "kg" in text.stdout, f"replay as text: {text.stdout!r}")


def until_interrupted(checks, s):
    process = s.start([str(BIN / "stance"), "record", "-o", "open.srec"], "record.log")
    end_s = time.monotonic() + 5 * PATIENCE
    path = s.path / "open.srec"
    while not (path.exists() and path.stat().st_size > 8000) and time.monotonic() < end_s:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    checks.equal(process.wait(5 * PATIENCE), 0, "Ctrl-C ends a recording without an end")
    done, trial = replay(s, "open.srec")
    checks.equal((done.returncode, done.stderr), (0, ""), "it is whole")


def of_a_trial(checks, s):
    """What the daemon stored and what a replay of the trial's recording gives: the same numbers."""
    run = s.stance("trial", "run", "--protocol", "quiet-eo", "--duration", "3", "--settle", "1", "--json")
    if not checks.equal(run.returncode, 0, f"trial run: {run.stderr}"):
        return
    stored = json.loads(run.stdout)
    path = s.path / f"state/stance/recordings/{stored['uid']}.srec"
    done, again = replay(s, path)
    checks.equal(done.returncode, 0, f"replay of a trial: {done.stderr}")
    for key in ("uid", "protocol", "condition", "started", "duration_s", "settle_s", "rate_hz", "quality",
                "outcomes", "weight", "sway", "phases", "calibration_state", "algorithm"):
        checks.equal(again[key], stored[key], f"{key} of the replay and of the store")


def damaged(checks, s):
    _, first = replay(s, "plain.srec")
    whole = (s.path / "plain.srec").read_bytes()
    cut = s.path / "cut.srec"
    cut.write_bytes(whole[:len(whole) * 9 // 10])
    done, trial = replay(s, cut)
    checks.equal(done.returncode, 0, f"a cut recording: {done.stderr}")
    checks.check(len(done.stderr) > 30 and "cut.srec" in done.stderr, f"says what: {done.stderr!r}")
    checks.check(trial and 0.5 < trial["duration_s"] < first["duration_s"], f"what is whole was measured: {trial}")
    hurt = bytearray(whole)
    for k in range(16):
        hurt[len(hurt) // 2 + k] ^= 0x5a
    (s.path / "hurt.srec").write_bytes(hurt)
    done, trial = replay(s, "hurt.srec")
    checks.equal(done.returncode, 0, f"a damaged recording: {done.stderr}")
    checks.check("damaged" in done.stderr, f"says that it is damaged: {done.stderr!r}")
    for name, content in (("empty", b""), ("short", whole[:40]), ("other", b"t_s,x_mm\n" * 100)):
        (s.path / name).write_bytes(content)
        done = s.stance("replay", name, "--json")
        checks.equal((done.returncode, done.stdout), (8, ""), f"{name} file: {done.stderr}")
        checks.check(name in done.stderr, f"and names it: {done.stderr!r}")
    missing = s.stance("replay", "nowhere.srec")
    checks.equal((missing.returncode, missing.stdout), (1, ""), "a file that is not there")
    checks.check("nowhere.srec" in missing.stderr, f"and names it: {missing.stderr!r}")
    checks.equal(s.stance("replay").returncode, 2, "replay of nothing")


def daemon_dies(checks, s):
    process = s.start([str(BIN / "stance"), "record", "-o", "dies.srec"], "dies.log")
    path, end_s = s.path / "dies.srec", time.monotonic() + 5 * PATIENCE
    while not (path.exists() and path.stat().st_size > 8000) and time.monotonic() < end_s:
        time.sleep(0.05)
    s.daemon.kill()
    s.daemon.wait()
    checks.equal(process.wait(5 * PATIENCE), 9, "record when the daemon is killed")
    done, _ = replay(s, "dies.srec")
    checks.equal(done.returncode, 0, f"what was recorded until then replays: {done.stderr}")


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as s:
        start_sim(s)
        recorded(checks, s)
        until_interrupted(checks, s)
        of_a_trial(checks, s)
        damaged(checks, s)
        daemon_dies(checks, s)
    checks.finish()


if __name__ == "__main__":
    main()
