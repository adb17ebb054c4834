"""Results through the socket: two trials of one visit on a simulated mat, their means against the trials' own
numbers, what is shared with the person, and a second visit compared with the first."""
import base64
import json
import struct
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


def cells(map_, key, kind):
    return [n * map_["scale"] for (n,) in struct.iter_unpack(kind, base64.b64decode(map_[key]))]


def refused(client, a, b, words, checks):
    try:
        client.call("visit.compare", {"a": a, "b": b})
        checks.check(False, f"{a} and {b} are compared")
    except RpcError as error:
        checks.check(words in str(error), f"of {a} and {b}: {error}")


def compare(checks, station, client, first, results):
    """A second visit with one trial; the daemon kept each trial's mean picture."""
    second = client.call("visit.start", {"patient": "R-1"})["id"]
    measure(client, second)
    document = client.call("visit.compare", {"a": first, "b": second})
    later = client.call("visit.results", {"id": second})
    checks.check(document["same_day"] or document["days"] == 1, "a day at most")
    for key in ("mean_velocity_mm_s", "left_frac"):
        checks.equal(row(document, key)["a"], row(results, key)["value"], f"{key} of the first")
        checks.equal(row(document, key)["b"], row(later, key)["value"], f"{key} of the second")
        checks.equal(row(document, key)["difference"], row(later, key)["difference"], f"difference of {key}")
        checks.equal(row(document, key)["larger"], row(later, key)["larger"], f"judgement of {key}")
    map_ = document["map"]
    checks.check(map_, f"pictures: {document['why_no_map']}")
    checks.equal(len(map_["a_trials"]), 2, "both trials are in the mean")
    a, b, difference = cells(map_, "a", "<H"), cells(map_, "b", "<H"), cells(map_, "difference", "<h")
    checks.within(abs(sum(a) - 1000), 1, "all load of the first")
    checks.within(abs(sum(b) - 1000), 1, "all load of the second")
    checks.within(max(abs(d - (y - x)) for d, x, y in zip(difference, a, b)), 1e-9, "b - a")
    checks.within(sum(abs(d) for d in difference) / 2, 150, "the same person stands there")
    left = sum(n for i, n in enumerate(a) if i % map_["cols"] < map_["cols"] // 2)
    checks.within(abs(left / 1000 - row(document, "left_frac")["a"]), 0.03, "the left foot's share")
    refused(client, second, first, "later than", checks)
    refused(client, first, first, "twice", checks)
    refused(client, first, 999, "no visit 999", checks)
    client.call("patient.add", {"code": "R-2"})
    refused(client, first, client.call("visit.start", {"patient": "R-2"})["id"], "two patients", checks)
    said = station.stance("--json", "visit", "compare", str(first), str(second))
    checks.equal(json.loads(said.stdout), document, "the same by the command line")
    said = station.stance("visit", "compare", str(first), str(second)).stdout
    checks.check("mm/s" in said and "->" in said and "both pictures" in said, said)


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
        compare(checks, station, client, visit, results)
        try:
            client.call("trial.results", {"id": 999})
            checks.check(False, "results of no trial")
        except RpcError:
            pass
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
