"""What a clinician does while a trial runs and after it: practice, marks, once more, a review. Of a visit
with a plan, through the socket, with a simulated person; and a mark outlives a killed daemon."""
from station import BIN, Checks, PATIENCE, RpcError, Station, need

SHORT = {"duration_s": 1.2, "settle_s": 0.3}


def refusal(client, method, params=None):
    try:
        client.call(method, params, 10 * PATIENCE)
    except RpcError as error:
        return error.code
    return None


def follow(client, ends=("stored", "timeout", "failed"), until=None):
    """Read the trial's progress until it ends, or `until` is reached; all that was seen."""
    seen = []
    while not seen or seen[-1]["state"] not in ends:
        notes = client.drain(0.02)
        seen += [d for _, name, d in notes if name == "trial"]
        if until and any(d["state"] == until for d in seen):
            break
    return seen


def start(client, **params):
    return client.call("trial.start", {**SHORT, **params}, 10 * PATIENCE)


def practice(checks, client, visit):
    """Told as not counted, voided, and the plan goes on to what counts."""
    plan = client.call("visit.plan", {"id": visit})
    checks.equal(plan["next"]["practice"], True, "practice first")
    begun = start(client, **{**plan["next"]["start"], **SHORT})
    checks.equal((begun["visit"], begun["patient"], begun["practice"], begun["n_marks"]),
                 (visit, "P-1", True, 0), "a practice trial's progress")
    checks.equal(client.call("visit.plan", {"id": visit})["running"], begun["id"], "running")
    last = follow(client)[-1]
    checks.equal((last["state"], last["practice"]), ("stored", True), "practice ends")
    trial = client.call("trial.show", {"id": begun["id"]})
    checks.equal((trial["voided"], trial["void_reason"]), (True, "practice"), "practice is voided")
    plan = client.call("visit.plan", {"id": visit})
    checks.equal((plan["next"]["practice"], plan["running"], plan["last_trial"]),
                 (False, None, None), "after practice")
    checks.equal(refusal(client, "trial.review", {"id": begun["id"], "decision": "keep"}), -32010,
                 "practice is not reviewed")


def marks(checks, client, visit):
    """Returns the trial, which is measured whole."""
    begun = start(client, protocol="quiet-eo", visit=visit)
    follow(client, until="measuring")
    first = client.call("trial.mark", {"text": "cough"})
    second = client.call("trial.mark", {"id": begun["id"]})
    checks.equal((first["schema"], first["trial"], first["n"], first["text"]),
                 ("stance.mark/1", begun["id"], 1, "cough"), "the first mark")
    checks.equal((second["n"], second["text"]), (2, None), "a plain mark")
    checks.check(SHORT["settle_s"] <= first["t_s"] <= second["t_s"], "marks have times")
    checks.equal(refusal(client, "trial.mark", {"id": begun["id"] + 1}), -32006, "not that trial")
    seen = follow(client)
    measuring = [d for d in seen if d["state"] == "measuring"]
    checks.check(measuring and measuring[-1]["n_marks"] == 2, "marks are counted")
    checks.check(all(d["quality"]["verdict"] in ("good", "check", "unusable")
                     for d in measuring), "quality is told while it is measured")
    checks.check(all(d["quality"] is None for d in seen if d["state"] == "stored"),
                 "no live quality at the end")
    trial = client.call("trial.show", {"id": begun["id"]})
    checks.equal([(m["n"], m["t_s"], m["text"]) for m in trial["marks"]],
                 [(1, first["t_s"], "cough"), (2, second["t_s"], None)], "marks are kept")
    checks.equal(refusal(client, "trial.mark"), -32006, "nothing runs to be marked")
    return begun["id"]


def review(checks, client, visit, trial):
    plan = client.call("visit.plan", {"id": visit})
    checks.equal((plan["last_trial"]["id"], plan["last_trial"]["decision"]), (trial, None),
                 "it waits for a review")
    kept = client.call("trial.review", {"id": trial, "decision": "keep"})
    checks.equal((kept["decision"], kept["voided"]), ("keep", False), "kept")
    checks.equal(client.call("visit.plan", {"id": visit})["last_trial"]["decision"], "keep",
                 "the review is done")


def repeat_running(checks, client, visit):
    """The running one is aborted and voided, and the same begins. Returns the new one."""
    begun = start(client, protocol="quiet-ec", visit=visit, condition={"footwear": "socks"})
    follow(client, until="measuring")
    checks.equal(refusal(client, "trial.repeat", {"id": begun["id"] + 1}), -32006, "not that one")
    again = client.call("trial.repeat", {"id": begun["id"], "reason": "spoke"}, 10 * PATIENCE)
    checks.check(again["id"] > begun["id"], "another trial")
    checks.equal((again["protocol"], again["visit"], again["n_marks"]), ("quiet-ec", visit, 0),
                 "the same is begun")
    old = client.call("trial.show", {"id": begun["id"]})
    checks.equal((old["quality"]["verdict"], old["decision"], old["decision_reason"], old["voided"]),
                 ("interrupted", "repeat", "spoke", True), "the one that ran")
    while True:
        if follow(client)[-1]["id"] == again["id"]:
            break
    new = client.call("trial.show", {"id": again["id"]})
    checks.equal((new["condition"]["footwear"], new["decision"]), ("socks", None), "the new one")
    checks.within(abs(new["duration_s"] - SHORT["duration_s"]), 0.05, "as long as asked", "s")
    return again["id"]


def repeat_last(checks, client, last):
    """One that ended is voided and done again; voided already, it is just done again."""
    again = client.call("trial.repeat", {"id": last}, 10 * PATIENCE)
    old = client.call("trial.show", {"id": last})
    checks.equal((old["decision"], old["decision_reason"]), ("repeat", "repeated at once"),
                 "the last one")
    follow(client)
    client.call("trial.review", {"id": again["id"], "decision": "discard", "reason": "swayed"})
    third = client.call("trial.repeat", {}, 10 * PATIENCE)
    checks.check(third["id"] > again["id"], "after a discard")
    old = client.call("trial.show", {"id": again["id"]})
    checks.equal(old["decision"], "discard", "the discard stays")
    follow(client)


def mark_and_kill(checks, station, client):
    begun = start(client, protocol="quiet-eo", duration_s=30, practice=True)
    follow(client, until="measuring")
    mark = client.call("trial.mark", {"text": "before the cut"}, 10 * PATIENCE)
    station.daemon.kill()
    station.daemon.wait(5)
    client.close()
    station.start_daemon()
    client = station.client()
    trial = client.call("trial.show", {"id": begun["id"]}, 10 * PATIENCE)
    checks.equal([(m["t_s"], m["text"]) for m in trial["marks"]],
                 [(mark["t_s"], "before the cut")], "a mark outlives a kill")
    checks.equal((trial["voided"], trial["void_reason"]), (True, "practice"),
                 "practice outlives a kill")
    client.close()


def main():
    need("stanced", "stance-sim")
    checks = Checks()
    with Station() as station:
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"),
                       "--mass-kg", "70", "--seed", "5"], "sim.log")
        station.start_daemon()
        station.wait_state("streaming", 5)
        client = station.client()
        checks.equal(refusal(client, "trial.repeat"), -32006, "nothing to repeat yet")
        client.call("patient.add", {"code": "P-1"})
        visit = client.call("visit.start", {"patient": "P-1", "plan": "standard"})["id"]
        client.call("subscribe", {"streams": ["trial"]})
        practice(checks, client, visit)
        review(checks, client, visit, marks(checks, client, visit))
        repeat_last(checks, client, repeat_running(checks, client, visit))
        mark_and_kill(checks, station, client)
    checks.finish()


if __name__ == "__main__":
    main()
