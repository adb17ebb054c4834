"""A trial from end to end: a real recording of two force plates walks onto a simulated mat, the daemon
measures, stores and records it. Against what the plates' own truth gives for the same seconds with the
same filter, and against its own recording, measured again: the latter to the last digit."""
import concurrent.futures
import csv
import json
import math
import re
import sys
import time

from station import (BIN, Checks, Mat, PATIENCE, RpcError, Station, feet_model, need,
                     read_jsonl)

SECONDS, SETTLE = 12, 2
GRID = ("--rows", "48", "--cols", "48", "--pitch-mm", "10", "--rate-hz", "100")
WITHIN = {"path_mm": 1, "mean_velocity_mm_s": 1, "rms_ml_mm": 1, "rms_ap_mm": 1, "rms_mm": 1,
          "ellipse95_mm2": 1}  # per cent


def run_trial(station, client, **params):
    """Start a trial and follow it to its end: (progress documents, device_us of the first measured
    frame, the last progress)."""
    client.call("subscribe", {"streams": ["trial", "sample"]})
    id_ = client.call("trial.start", params)["id"]
    seen, first_us, await_sample = [], None, False
    while not seen or seen[-1]["state"] not in ("stored", "timeout", "failed"):
        notes = client.drain(0.05)
        for _, name, document in notes:
            # A frame goes to the trial first: its sample comes right after the change of state.
            if name == "sample" and await_sample:
                first_us, await_sample = document["device_us"], False
            if name != "trial":
                continue
            if document["state"] == "measuring" and (not seen or seen[-1]["state"] != "measuring"):
                await_sample = first_us is None
            seen.append(document)
    client.call("unsubscribe")
    assert all(d["id"] == id_ for d in seen)
    return seen, first_us, seen[-1]


def check_progress(checks, seen):
    states = [d["state"] for d in seen]
    order = [s for k, s in enumerate(states) if k == 0 or s != states[k - 1]]
    checks.equal(order, ["waiting", "settling", "measuring", "storing", "stored"], "states")
    measuring = [d for d in seen if d["state"] == "measuring"]
    checks.check(4 * SECONDS <= len(measuring) <= 6 * SECONDS + 2,
                 f"{len(measuring)} reports in {SECONDS} s, wanted about five a second")
    done = [d["done_frac"] for d in measuring]
    checks.check(done == sorted(done) and done[0] < 0.05 and done[-1] > 0.95, "done_frac rises")
    checks.check(all(abs(d["elapsed_s"] + d["remaining_s"] - SECONDS) < 0.02 for d in measuring),
                 "elapsed and remaining add up")
    checks.check(all(d["instruction"] for d in seen if d["state"] != "stored"), "instructions")


def write_truth(station, truths, first_us):
    """The truth of the measured seconds as a COP series; returns it and the left share."""
    end_us = first_us + SECONDS * 1_000_000
    rows = [t for t in truths if first_us <= t["device_us"] < end_us and t["cop_mm"]]
    path = station.path / "truth.csv"
    with path.open("w") as file:
        file.write("t_s,x_mm,y_mm\n")
        for t in rows:
            file.write(f"{(t['device_us'] - first_us) / 1e6:.6f},{t['cop_mm'][0]:.6f},"
                       f"{t['cop_mm'][1]:.6f}\n")
    return path, sum(t["left_frac"] for t in rows) / len(rows)


def against_the_plates(checks, station, trial, truths, first_us):
    path, left_frac = write_truth(station, truths, first_us)
    done = station.stance("analyze", "cop", path, "--mode", "native", "--cutoff-hz", "5", "--json")
    if not checks.equal(done.returncode, 0, f"analyze cop: {done.stderr}"):
        return
    want = json.loads(done.stdout)["metrics"]
    got = trial["sway"]["metrics"]
    for key, limit in WITHIN.items():
        checks.within(100 * abs(got[key] / want[key] - 1), limit,
                      f"{key} {got[key]:.4g} against {want[key]:.4g}", "%")
    share = trial["weight"]["left_frac"]
    checks.within(100 * abs(share / left_frac - 1), 1,
                  f"left share {share:.4f} against {left_frac:.4f}", "%")


def time_to_boundary(checks, station, trial):
    """The outline that the trial made, and what `analyze cop --outline` says with it of the exported
    series: the same numbers."""
    out = station.path / "export"
    done = station.stance("trial", "export", trial["id"], "--format", "csv", "--out", out)
    if not checks.equal(done.returncode, 0, f"trial export: {done.stderr}"):
        return
    with (out / f"trial-{trial['id']}.csv").open() as file:
        rows = [r for r in csv.DictReader(file) if r["phase"] == "0"]
    (station.path / "cop.csv").write_text("t_s,x_mm,y_mm\n" + "".join(
        f"{r['t_s']},{r['x_mm']},{r['y_mm']}\n" for r in rows))
    (station.path / "outline.csv").write_text("x_mm,y_mm\n" + "".join(
        f"{x!r},{y!r}\n" for x, y in trial["outline_mm"]))
    done = station.stance("analyze", "cop", station.path / "cop.csv", "--cutoff-hz", "5",
                          "--outline", station.path / "outline.csv", "--json")
    if not checks.equal(done.returncode, 0, f"analyze cop --outline: {done.stderr}"):
        return
    want, got = json.loads(done.stdout)["metrics"], trial["sway"]["metrics"]
    for key in ("ttb_mean_minimum_s", "ttb_minimum_s", "path_mm"):
        checks.within(abs(got[key] / want[key] - 1), 1e-9, f"{key} {got[key]:.6g}")
        checks.check(key == "path_mm" or key in trial["sway"]["exploratory"],
                     f"{key} is marked exploratory")
    xs, ys = zip(*trial["outline_mm"])
    checks.check(200 < max(xs) - min(xs) < 480 and 200 < max(ys) - min(ys) < 320,
                 f"the outline of two feet: {trial['outline_mm']}")


def differences(a, b, where=""):
    """Where two documents differ, but for what the store alone knows: who, when, marks, reviews."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [d for key in sorted({*a, *b} - {"id", "visit", "patient", "operator", "has_raw", "marks", "decision",
                                                "decision_reason"})
                for d in differences(a.get(key), b.get(key), f"{where}.{key}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for k, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, f"{where}[{k}]")]
    return [] if a == b else [f"{where}: {a!r} and {b!r}"]


def against_its_recording(checks, station, trial):
    files = sorted((station.path / "state/stance/recordings").glob("*.srec"))
    if not checks.equal(len(files), 1, "recordings"):
        return
    done = station.stance("replay", files[0], "--json")
    if not checks.equal(done.returncode, 0, f"replay: {done.stderr}"):
        return
    found = differences(trial, json.loads(done.stdout))
    checks.equal(found[:5], [], "live and replayed differ")
    checks.check(math.isfinite(trial["sway"]["metrics"]["path_mm"]), "a path was measured")


def real_person(checks):
    plates = feet_model.shared("reference/cop/feet", "PDS13OR1.csv")
    if not plates.exists():
        print(f"left out for want of {plates} (set STANCE_SHARED): the comparison with force plates")
        return
    with Station() as station:
        station.start_daemon()
        client = station.client()
        truth = station.path / "truth.jsonl"
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), *GRID,
                       "--sensor", "ideal", "--feet", str(plates), "--truth", str(truth)], "sim.log")
        station.wait_state("streaming")
        # Let the analysis find the feet; nothing depends on it: a trial analyses for itself.
        seen, first_us, last = run_trial(station, client, protocol="quiet-eo", duration_s=SECONDS,
                                         settle_s=SETTLE, operator="test")
        check_progress(checks, seen)
        trial = client.call("trial.show", {"id": last["id"]})
        print(f"verdict {trial['quality']['verdict']}: {trial['quality']['reasons']}")
        checks.check(trial["quality"]["verdict"] in ("good", "check"), "the verdict")
        checks.equal(trial["quality"]["verdict"], last["verdict"], "verdict told and stored")
        checks.equal(trial["quality"]["reasons"], last["reasons"], "reasons told and stored")
        checks.equal(trial["operator"], "test", "operator")
        checks.check(abs(trial["duration_s"] - SECONDS) < 0.03, f"{trial['duration_s']} s")
        against_the_plates(checks, station, trial, read_jsonl(truth), first_us)
        against_its_recording(checks, station, trial)
        time_to_boundary(checks, station, trial)
        checks.equal(station.status()["store"]["trials"], 1, "trials in the store")


def starter_leaves(checks):
    """Whoever started it may go; another one sees it run and end."""
    with Station() as station:
        station.start_daemon()
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--seed",
                       "5"], "sim.log")
        station.wait_state("streaming")
        starter, other = station.client(), station.client()
        other.call("subscribe", {"streams": ["trial"]})
        id_ = starter.call("trial.start", {"protocol": "quiet-eo", "duration_s": 2,
                                           "settle_s": 0.5})["id"]
        starter.close()
        checks.equal(other.call("trial.status")["id"], id_, "the trial that runs")
        for method in ("trial.start", "mat.tare"):
            try:
                other.call(method, {"protocol": "quiet-eo"})
                checks.check(False, f"{method} during a trial was not refused")
            except RpcError as error:
                checks.equal(error.code, -32004, f"{method} during a trial")
        end = None
        while (note := other.note("trial", 10)) and end is None:
            end = note[1] if note[1]["state"] == "stored" else None
            if end:
                break
        checks.equal(end and end["id"], id_, "the trial that was stored")
        try:
            other.call("trial.stop")
            checks.check(False, "trial.stop without a trial was not refused")
        except RpcError as error:
            checks.equal(error.code, -32006, "trial.stop without a trial")
        last = other.call("trial.status")
        checks.equal((last["state"], last["last"]["id"], last["last"]["state"]),
                     ("idle", id_, "stored"), "what trial.status remembers")
        odd_parameters(checks, other)


ODD_PARAMETERS = [
    {}, {"protocol": None}, {"protocol": 5}, {"protocol": "x" * 10000},
    {"duration_s": 1e300}, {"duration_s": -1}, {"duration_s": "5"}, {"settle_s": -1},
    {"settle_s": 1e9}, {"visit": -1}, {"visit": 1.5}, {"patient": "x" * 10000}, {"patient": 7},
    {"operator": "a\x1b[2J"}, {"condition": 5}, {"condition": {"pain": 11}},
    {"condition": {"footwear": ["socks"]}},
]


def odd_parameters(checks, client):
    """Each is refused by name, and no trial begins."""
    for odd in ODD_PARAMETERS:
        params = odd if not odd or "protocol" in odd else {"protocol": "quiet-eo", **odd}
        try:
            client.call("trial.start", params)
            checks.check(False, f"trial.start took {str(odd)[:60]}")
            client.call("trial.abort")
        except RpcError as error:
            checks.equal(error.code, -32602, f"code for {str(odd)[:60]}")
    try:
        client.call("trial.start", {"protocol": "mctsib", "duration_s": 900})
        checks.check(False, "four parts of 15 minutes were taken")
        client.call("trial.abort")
    except RpcError as error:
        limit = re.search(r"each of the 4 parts of mctsib may last (\d+) s at most", error.message)
        checks.check(error.code == -32602 and limit and 300 <= int(limit[1]) < 900,
                     f"the longest duration is named: {error.code} {error.message}")
    checks.equal(client.call("trial.status")["state"], "idle", "state after odd parameters")


def await_state(client, states, timeout_s=15):
    """The next progress report in one of these states, None if none comes."""
    while note := client.note("trial", timeout_s * PATIENCE):
        if note[1]["state"] in states:
            return note[1]
    return None


def start_model_person(station):
    station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--seed", "5"],
                  "sim.log")
    station.wait_state("streaming")


def daemon_stops(checks):
    """SIGTERM in the middle: stored as interrupted, and gone within half a second."""
    with Station() as station:
        station.start_daemon()
        start_model_person(station)
        client = station.client()
        client.call("subscribe", {"streams": ["trial"]})
        id_ = client.call("trial.start", {"protocol": "quiet-eo", "settle_s": 0.5})["id"]
        await_state(client, ("measuring",))
        client.drain(2)
        start_s = time.monotonic()
        station.daemon.terminate()
        checks.equal(station.daemon.wait(10), 0, "exit code")
        checks.within(1000 * (time.monotonic() - start_s), 500 * PATIENCE, "SIGTERM to the end",
                      "ms")
        end = await_state(client, ("stored",), 1)
        checks.equal(end and end["verdict"], "interrupted", "told while it ends")
        station.start_daemon()
        trial = station.client().call("trial.show", {"id": id_})
        checks.equal(trial["quality"]["verdict"], "interrupted", "verdict")
        checks.check(any("daemon was stopped" in r for r in trial["quality"]["reasons"]),
                     f"it says why: {trial['quality']['reasons']}")
        checks.check(trial["sway"]["metrics"]["path_mm"] > 1, "what was measured is there")
        against_its_recording(checks, station, trial)


def mat_is_lost(checks):
    """The cable is pulled: stored as interrupted, with what there is; the next trial runs."""
    with Station() as station:
        station.start_daemon()
        mat = Mat(station, "--loop", "--seconds", "10")
        mat.wait("ready")
        station.wait_state("streaming")
        client = station.client()
        client.call("subscribe", {"streams": ["trial"]})
        client.call("trial.start", {"protocol": "quiet-eo", "settle_s": 0.5})
        await_state(client, ("measuring",))
        client.drain(1.5)
        mat.do("unplug")
        end = await_state(client, ("stored",))
        checks.equal(end and end["verdict"], "interrupted", "verdict")
        checks.check(end and any("mat was lost" in r for r in end["reasons"]), f"reasons {end}")
        try:
            client.call("trial.start", {"protocol": "quiet-eo"})
            checks.check(False, "a trial without a mat was begun")
        except RpcError as error:
            checks.equal(error.code, -32002, "code without a mat")


def broken_store(checks):
    """A database that is no database: live pictures go on, trials are refused with a remedy, and once
    it is out of the way all is well without a restart."""
    with Station() as station:
        folder = station.path / "state/stance"
        folder.mkdir(mode=0o700, parents=True)
        (folder / "stance.db").write_bytes(b"not a database, but long enough to be one " * 500)
        station.start_daemon()
        start_model_person(station)
        client = station.client()
        checks.equal(client.call("status")["store"]["trials"], None, "trials that cannot be counted")
        client.call("subscribe", {"streams": ["sample", "trial"]})
        checks.check(client.note("sample", 2) is not None, "samples come all the same")
        for method, params in (("trial.start", {"protocol": "quiet-eo"}), ("trial.list", {})):
            try:
                client.call(method, params)
                checks.check(False, f"{method} with a broken store was not refused")
            except RpcError as error:
                print(f"{method}: {error.message}")
                checks.equal(error.code, -32007, f"{method} with a broken store")
        (folder / "stance.db").rename(folder / "stance.db.broken")
        time.sleep(1.1)
        client.call("unsubscribe", {"streams": ["sample"]})
        client.call("trial.start", {"protocol": "quiet-eo", "duration_s": 1, "settle_s": 0})
        end = await_state(client, ("stored", "timeout", "failed"))
        checks.equal(end and end["state"], "stored", "without the broken one")


def main():
    need("stanced", "stance-sim", "stance")
    checks = Checks()
    scenes = [starter_leaves, daemon_stops, mat_is_lost, broken_store]
    if "--short" not in sys.argv:
        scenes.append(real_person)
    # Side by side: each has a station of its own and mostly waits for the clock.
    with concurrent.futures.ThreadPoolExecutor(len(scenes)) as pool:
        for done in [pool.submit(scene, checks) for scene in scenes]:
            done.result()
    checks.finish()


if __name__ == "__main__":
    main()
