#!/usr/bin/env python3
"""A whole training visit with steps alone, in simulated time: stepping on starts it, stepping off pauses it,
stepping back on goes on; every block is stored, and the next person is another one."""
import time

from station import BIN, PATIENCE, Checks, RpcError, Station, need

need("stanced", "stance-sim")
PROGRAMME = {"name": "taste", "blocks": [
    {"exercise": "hold-dot", "duration_s": 10, "rest_s": 2, "feedback": "full"},
    {"exercise": "still-lake", "duration_s": 10, "rest_s": 0, "feedback": "end"}]}
# She steps off in the first exercise for three seconds.
STEPS = "at 4 step-on\nat 14 step-off\nat 17 step-on\nat 75 step-off\n"


def refused(client, method, params, code):
    try:
        client.call(method, params)
    except RpcError as error:
        return error.code == code
    return False


def follow(client, c):
    """Documents until training is off again."""
    seen, end_s = [], time.monotonic() + 20 * PATIENCE
    while time.monotonic() < end_s and (len(seen) < 5 or seen[-1]["state"] != "off"):
        seen += [document for _, name, document in client.drain(0.05) if name == "training"]
        if seen and seen[-1]["state"] == "exercise" and not hasattr(c, "tried"):
            c.tried = [refused(client, "trial.start", {"protocol": "quiet-eo"}, -32004),
                       refused(client, "training.arm", {}, -32004)]
    return seen


def check_states(c, seen):
    order = [d["state"] for k, d in enumerate(seen) if k == 0 or d["state"] != seen[k - 1]["state"]]
    print(order)
    whole = ["attract", "placement", "countdown", "exercise", "pause", "placement", "countdown", "exercise", "reveal",
             "rest", "countdown", "exercise", "reveal", "result", "attract", "off"]
    # Time runs fast: a client that gets no time for a moment loses the oldest of 16 messages, but never their order.
    left = iter(whole)
    c.check(all(state in left for state in order) and len(order) >= len(whole) - 4 and order[-1] == "off",
            f"states by steps alone: {order}")
    hold = [d["picture"] for d in seen if d["exercise"] == "hold-dot" and d["state"] == "exercise"]
    # time runs fast: a client sees only some of the frames
    c.check(len(hold) > 10 and all(p["kind"] == "ring" and p["radius_mm"] == 15 for p in hold),
            f"ring, {len(hold)} times")
    c.check(any(p["dot_mm"] for p in hold), "the dot is shown")
    lake = [d["picture"] for d in seen if d["exercise"] == "still-lake" and d["state"] == "exercise"]
    c.check(lake and all(p["score"] is None and p["kind"] == "none" for p in lake), "hidden is hidden")


def check_stored(c, client, station):
    listed = client.call("training.list", {"patient": "P-1"})["sessions"]
    c.equal(len(listed), 1, "sessions stored")
    session = client.call("training.show", {"id": listed[0]["id"]})
    c.equal(session["end"], "complete", "end")
    c.equal([b["exercise"] for b in session["blocks"]], ["hold-dot", "still-lake"], "blocks")
    first, second = session["blocks"]
    c.check(first["whole"] and first["pauses"] == 1 and 9 < first["counted_s"] <= 10.01,
            f"the first block has a pause: {first['pauses']}, {first['counted_s']} s")
    c.check(first["score"] > 60, f"in the ring {first['score']} %")
    c.check(2 < second["score"] < 30, f"sway {second['score']} mm/s")
    c.equal(first["change"]["word"], "first", "nothing to compare with")
    recording = station.path / "state/stance/recordings" / f"{session['uid']}.srec"
    c.check(session["has_raw"] and recording.stat().st_size > 10000, "recorded")
    c.equal(client.call("training.progress", {"patient": "P-1"})["dose"]["today"], 1, "dose")


def check_kill(c):
    """Killed in the second exercise: the first block is there after the next start, ended by the daemon."""
    with Station() as station:
        station.start_daemon()
        client = station.client()
        client.call("patient.add", {"code": "P-1"})
        client.call("subscribe", {"streams": ["training"]})
        client.call("training.arm", {"patient": "P-1", "programme": PROGRAMME})
        sim = station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--duration", "80",
                             "--fast", "--stance", "none", "--step-on", "4"], "sim")
        end_s, second = time.monotonic() + 20 * PATIENCE, False
        while time.monotonic() < end_s and not second:
            second = any(d["state"] == "exercise" and d["block"] == 1
                         for _, name, d in client.drain(0.01) if name == "training")
        sim.terminate()
        station.daemon.kill()
        station.daemon.wait()
        station.start_daemon()
        sessions = station.client().call("training.list")["sessions"]
        c.check(second and len(sessions) == 1, f"one session is left: {sessions}")
        shown = station.client().call("training.show", {"id": sessions[0]["id"]})
        c.equal(shown["end"], "daemon", "ended by the kill")
        c.equal([b["whole"] for b in shown["blocks"]], [True], "what was done is kept")


def main():
    c = Checks()
    with Station() as station:
        (station.path / "steps").write_text(STEPS)
        station.start_daemon()
        client = station.client()
        client.call("patient.add", {"code": "P-1", "mass_kg": 72})
        c.check(refused(client, "training.arm", {"patient": "nobody"}, -32008), "nobody is nobody")
        c.check(refused(client, "training.arm", {"programme": {"blocks": []}}, -32602), "no blocks")
        client.call("subscribe", {"streams": ["training"]})
        armed = client.call("training.arm", {"patient": "P-1", "programme": PROGRAMME})
        c.equal(armed["state"], "attract", "armed")
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--fast", "--duration",
                       "80", "--script", str(station.path / "steps"), "--seed", "3"], "sim")
        check_states(c, follow(client, c))
        c.equal(c.tried, [True, True], "one thing at a time")
        check_stored(c, client, station)
        shown = station.stance("training", "show", "1").stdout
        c.check("Hold the dot" in shown and "complete" in shown, f"the command shows it: {shown!r}")
        c.equal(station.stance("training", "list", "--patient", "P-1").returncode, 0, "list")
        set_ = station.stance("training", "programme", "--patient", "P-1", "--programme", "still")
        c.check("still: level 1" in set_.stdout, f"a level down after a good session: {set_.stdout!r}")
        c.equal(station.stance("training", "programme", "--patient", "P-1", "--programme", "no").returncode,
                2, "no such programme")
    check_kill(c)
    return c.finish()


if __name__ == "__main__":
    raise SystemExit(main())
