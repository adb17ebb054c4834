#!/usr/bin/env python3
"""A training visit as the person on the mat sees it, with steps alone: stance-ui comes to the training by itself,
goes through its states while she steps on, off and on again, and back to the live screen after it."""
import os
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


def main():
    c = Checks()
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
        c.check({"pause", "exercise", "reveal", "result"} <= states, f"states {states}")
        c.equal(screen.wait(15 * PATIENCE), 0, f"the screen goes back by itself: {station.log('screen.log')}")
        c.check(appears(station.path / "after.png", 1), "a picture of it")
        shots = [station.path / f"{k}.png" for k in range(N_SHOTS)]
        c.check(len({path.read_bytes() for path in shots}) >= 4, "it goes on with her steps")
        c.check(any(colourfulness(path) > 5 for path in shots[1:]), "pictures of exercises are shown")
    return c.finish()


if __name__ == "__main__":
    raise SystemExit(main())
