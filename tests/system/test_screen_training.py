#!/usr/bin/env python3
"""A training visit as the person on the mat sees it, with steps alone: stance-ui comes to the training by itself,
goes through its states while she steps on, off and on again, and back to the live screen after it.
usage: test_screen_training.py [--all] (--all: the whole default visit of somebody whom nobody named, on a station that
waits by itself: nothing is touched, sent or armed; prints its steps, and its seconds by the mat's own clock)"""
import os
import sys
import time

from station import BIN, PATIENCE, Checks, Station, need
from test_screen import colourfulness
from test_training import PROGRAMME, STEPS, follow

need("stanced", "stance-sim", "stance-ui")
N_SHOTS = 25  # often: how fast the fast mat is depends on the machine
SCRIPT = "wait_for screen=live-far\nwait_for screen=train\nshot {0}/0.png\n" + "".join(
    f"wait 200\nshot {{0}}/{k}.png\n" for k in range(1, N_SHOTS)) + """wait_for screen=live-far
shot {0}/after.png
quit
"""


def appears(path, timeout_s):
    end_s = time.monotonic() + timeout_s * PATIENCE
    while time.monotonic() < end_s and not path.exists():
        time.sleep(0.02)
    return path.exists()


# On; off for four seconds within the first minute of exercise; on again. She leaves after her result.
VISIT_STEPS = "at 4 step-on\nat 70 step-off\nat 74 step-on\nat 500 step-off\n"
VISIT_SCRIPT = "wait_for screen=live-far\nwait_for screen=train\nshot {0}/visit.png\nquit\n"


def states_of(client, limit_s):
    """Every state as (its name, seconds of the mat's clock when it began), until the station waits again."""
    states, at_s, end_s = [], 0.0, time.monotonic() + limit_s * PATIENCE
    while time.monotonic() < end_s and [s for s, _ in states].count("attract") < 2:
        for _, name, d in client.drain(0.05):
            if name == "sample":
                at_s = d["device_us"] / 1e6
            elif name == "training" and (not states or states[-1][0] != d["state"]):
                states.append((d["state"], at_s))
    return states


def whole_visit(c):
    with Station() as station:
        (station.path / "conf").write_text("[training]\nattract = 1\n")
        (station.path / "steps").write_text(VISIT_STEPS)
        (station.path / "script").write_text(VISIT_SCRIPT.format(station.path))
        station.start_daemon("--config", station.path / "conf")
        client = station.client()
        # No more than five documents a second: no state may be missed for it.
        client.call("subscribe", {"streams": ["training", "sample"], "max_hz": 5})
        screen = station.start([BIN / "stance-ui", "--profile", "800x480", "--role", "far", "--script",
                                station.path / "script"], "screen.log")
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--fast", "--stance", "none",
                       "--duration", "560", "--script", str(station.path / "steps"), "--seed", "3"], "sim")
        states = states_of(client, 100)
        names = [name for name, _ in states]
        for name, n in (("exercise", 7), ("pause", 1), ("estimate", 2), ("reveal", 4), ("result", 1), ("attract", 2)):
            c.equal(names.count(name), n, f"times {name}")
        first = dict(reversed(states))
        took_s = first["result"] - first["placement"] + 1  # a second of load begins it
        print(f"  the default visit: 3 steps, {took_s:.0f} s from stepping on to the result")
        c.check(400 < took_s < 600, f"{took_s} s: 300 s of exercise, a pause, and what lies between")
        session = client.call("training.list")["sessions"][0]
        c.equal((session["end"], session["blocks"], session["patient"]), ("complete", 6, None), "stored")
        c.check(abs(session["exercise_s"] - 300) < 1, f"{session['exercise_s']} s of exercise")
        c.equal(screen.wait(15 * PATIENCE), 0, "the screen came to it by itself")


def main():
    c = Checks()
    if "--all" in sys.argv:
        whole_visit(c)
    with Station() as station:
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        (station.path / "steps").write_text(STEPS)
        (station.path / "script").write_text(SCRIPT.format(station.path))
        station.start_daemon()
        client = station.client()
        client.call("patient.add", {"code": "P-1", "mass_kg": 72})
        client.call("subscribe", {"streams": ["training"]})
        screen = station.start([BIN / "stance-ui", "--profile", "800x480", "--role", "far", "--script",
                                station.path / "script"], "screen.log")
        time.sleep(0.5)
        client.call("training.arm", {"patient": "P-1", "programme": PROGRAMME})
        c.check(appears(station.path / "0.png", 5), "the screen comes to the training by itself")
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--fast", "--stance",
                       "none", "--duration", "80", "--script", str(station.path / "steps"), "--seed", "3"],
                      "sim")
        states = {document["state"] for document in follow(client, c)}
        c.check({"exercise", "reveal", "result"} <= states, f"states {states}")
        # Hers was short, and time runs fast: it stands in what was kept, whoever saw it.
        kept = client.call("training.show", {"id": client.call("training.list")["sessions"][0]["id"]})
        c.check(sum(block["pauses"] for block in kept["blocks"]) >= 1, f"a pause when she stepped off: {kept['blocks']}")
        c.equal(screen.wait(15 * PATIENCE), 0, f"the screen goes back by itself: {station.log('screen.log')}")
        c.check(appears(station.path / "after.png", 5), "a picture of it")
        shots = [station.path / f"{k}.png" for k in range(N_SHOTS)]
        c.check(len({path.read_bytes() for path in shots}) >= 4, "it goes on with her steps")
        c.check(any(colourfulness(path) > 5 for path in shots[1:]), "pictures of exercises are shown")
    return c.finish()


if __name__ == "__main__":
    raise SystemExit(main())
