"""Results through the socket: two trials of one visit on a simulated mat, their means against the trials' own
numbers, and what is shared with the person."""
import sys
import time

from station import BIN, Checks, RpcError, Station, need

SECONDS = 3


def measure(client, visit):
    id_ = client.call("trial.start", {"protocol": "quiet-eo", "patient": "R-1", "visit": visit,
                                      "duration_s": SECONDS, "settle_s": 0.2,
                                      "condition": {"footwear": "barefoot"}})["id"]
    end_s = time.monotonic() + 30
    while (client.call("trial.status")["last"] or {}).get("id") != id_ and time.monotonic() < end_s:
        time.sleep(0.1)
    return client.call("trial.show", {"id": id_})


def row(results, key):
    return next(r for r in results["groups"][0]["rows"] if r["key"] == key)


def main():
    need("stanced", "stance-sim")
    checks = Checks()
    with Station() as station:
        station.start_daemon()
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--seed", "5"],
                      "sim.log")
        station.wait_state("streaming")
        client = station.client()
        client.call("patient.add", {"code": "R-1", "birth_year": 1990, "sex": "F"})
        visit = client.call("visit.start", {"patient": "R-1"})["id"]
        trials = [measure(client, visit) for _ in range(2)]
        results = client.call("visit.results", {"id": visit})
        used = [t for t in trials if t["quality"]["verdict"] in ("good", "check")]
        checks.equal([t["id"] for t in results["trials"]], [t["id"] for t in trials], "its trials")
        checks.equal(len(used), 2, "both can be used")
        checks.equal(results["groups"][0]["trials"], [t["id"] for t in used], "those in the means")
        for key, of in (("mean_velocity_mm_s", lambda t: t["sway"]["metrics"]),
                        ("left_frac", lambda t: t["weight"])):
            values = [of(t)[key] for t in used]
            mean = sum(values) / len(values)
            checks.within(abs(row(results, key)["value"] - mean), 2e-6, f"mean of {key}")
            one = client.call("trial.results", {"id": used[0]["id"]})
            checks.within(abs(row(one, key)["value"] - values[0]), 2e-6, f"{key} of one trial")
        checks.check("10 s" in row(results, "mean_velocity_mm_s")["why_no_norm"], "too short for norms")
        checks.equal(client.call("visit.shared"), None, "nothing is shared")
        client.call("visit.share", {"id": visit, "shared": True})
        checks.equal(client.call("visit.shared")["id"], visit, "what is shared")
        try:
            client.call("trial.results", {"id": 999})
            checks.check(False, "results of no trial")
        except RpcError:
            pass
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
