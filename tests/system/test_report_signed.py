"""A visit is signed through the socket: the report on paper carries the signature, the asker's system gets its answer, an
amendment is a second version, and nothing that was signed changes any more."""
import hashlib
import json
import shutil
import subprocess
import time

from station import BIN, PATIENCE, Checks, RpcError, Station, need

need("stanced", "stance-sim", "stance-report")


def refused(checks, client, code, method, params):
    try:
        client.call(method, params)
        checks.check(False, f"{method} {params} is not refused")
    except RpcError as error:
        checks.equal(error.code, code, f"{method}: {error.message}")


def whole(client, visit, version=None):
    """The document, put together of its pieces."""
    text, offset, n = "", 0, 0
    while offset is not None:
        piece = client.call("report.get", {"visit": visit, "offset": offset, **({"version": version} if version else {})})
        text += piece["text"]
        offset, n = piece["next_offset"], n + 1
    return text, piece["sha256"], n


def paper(station, visit, *more):
    out = station.path / "report.pdf"
    out.unlink(missing_ok=True)
    done = subprocess.run([BIN / "stance-report", "--visit", str(visit), "-o", out, *more],
                          env=station.env, capture_output=True, text=True)
    if done.returncode != 0 or not shutil.which("pdftotext"):
        return done.stderr
    return subprocess.run(["pdftotext", "-layout", out, "-"], capture_output=True, text=True).stdout


def but_for_signature(text):
    """The lines of a report that are not about who signed it."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line and not any(word in line for word in (
        "Draft, not signed", "A. Meyer", "Signature", "SHA-256", "all well", "Signed"))]


def through_the_socket(c, station, visit):
    """Whoever may not open the store gets the same paper from the daemon, signed or not."""
    papers = []
    for k, how in enumerate(((), ("--socket", ), (f"--socket={station.socket}", ))):
        out = station.path / f"way-{k}.pdf"
        done = subprocess.run([BIN / "stance-report", "--visit", str(visit), "-o", out, *how], env=station.env,
                              capture_output=True, text=True)
        c.equal(done.returncode, 0, f"{how}: {done.stderr}")
        papers.append(out.read_bytes() if out.exists() else b"")
    c.check(papers[0] and papers[0] == papers[1] == papers[2], "the same bytes from the store and from the daemon")


def refused_paper(c, station, client, visit):
    """Nobody there, no such visit, a locked station: said, and told apart."""
    def run(*how):
        done = subprocess.run([BIN / "stance-report", "-o", station.path / "none.pdf", *how], env=station.env,
                              capture_output=True, text=True)
        c.check(len(done.stderr) > 20 or done.returncode == 0, f"{how}: it says why: {done.stderr}")
        return done.returncode

    c.equal(run("--visit", str(visit), f"--socket={station.path}/nowhere"), 9, "no daemon")
    c.equal(run("--visit", "99", "--socket"), 1, "no such visit")
    c.equal(run("--visit", str(visit), "--socket", "--revision", "9"), 1, "no such version")
    c.equal(run("--visit", str(visit), "--socket", "--state-dir", "/"), 2, "one of the two")
    refused(c, client, -32602, "report.draft", {})
    refused(c, client, -32602, "report.draft", {"visit": visit, "trial": 1})
    refused(c, client, -32008, "report.draft", {"visit": 99})
    refused(c, client, -32008, "report.figures", {"trial": 99})
    beyond = client.call("report.draft", {"visit": visit, "offset": 10 ** 7})
    c.equal((beyond["text"], beyond["next_offset"], beyond["version"]), ("", None, 0), "past its end")


def trial(client, visit):
    client.call("trial.start", {"protocol": "quiet-eo", "patient": "P-7", "visit": visit, "duration_s": 20, "settle_s": 1})
    end = time.monotonic() + 60 * PATIENCE
    while time.monotonic() < end:
        note = client.note("trial", 30)
        if note and note[1]["state"] == "stored":
            return note[1]["id"]
    raise TimeoutError("the trial is never stored")


def main():
    c = Checks()
    with Station() as station:
        config = station.path / "station.conf"
        config.write_text("[station]\nclock = trusted\n")
        sim = station.start([BIN / "stance-sim", "--link", station.path / "mat", "--fast", "--left-frac", "0.55",
                             "--seed", "4"], "sim.log")
        station.start_daemon("--config", config)
        station.wait_state("streaming")
        client = station.client()
        client.call("patient.add", {"code": "P-7", "sex": "F", "birth_year": 1950, "stature_m": 1.62})
        visit = client.call("visit.start", {"patient": "P-7"})["id"]
        refused(c, client, -32010, "report.sign", {"visit": visit, "operator": "A. Meyer"})
        client.call("subscribe", {"streams": ["trial"]})
        trials = [trial(client, visit), trial(client, visit)]
        sim.terminate()  # a fast mat takes a processor, with nobody measured, too
        draft = paper(station, visit)
        through_the_socket(c, station, visit)
        signed = client.call("report.sign", {"visit": visit, "operator": "A. Meyer", "comment": "all well"}, 20)
        c.equal((signed["version"], signed["operator"], signed["previous"]), (1, "A. Meyer", 0), "the first version")
        text, sha, n = whole(client, visit)
        c.equal(hashlib.sha256(text.encode()).hexdigest(), signed["sha256"], "what is read is what was signed")
        c.equal(sha, signed["sha256"], "its checksum")
        document = json.loads(text)
        print(f"  {len(text)} bytes in {n} pieces")
        c.equal(document["schema"], "stance.report/1", "the schema")
        c.equal(document["signed"]["clock"], "trusted", "which clock")
        c.equal([t["id"] for t in document["trials"]], trials, "its trials")
        c.equal(len(document["traces"]), 2, "traces")
        c.equal(len(document["pictures"]), 2, "mean pictures")
        c.check(abs(len(document["traces"][0]["x_mm"]) - 400) <= 5, f"{len(document['traces'][0]['x_mm'])} points in 20 s")
        c.equal(document["calibrations"], [{"id": None, "state": "not_needed", "created": None, "serial": None, "operator": None,
                                            "age_days": None}], "of what was not calibrated here nothing is said but that")
        c.equal([(d["trial"], d["device"]["schema"]) for d in document["devices"]],
                [(t, "stance.device/1") for t in trials], "the mat of each trial")
        c.check(document["results"]["groups"] and document["patient"]["code"] == "P-7", "results and card")
        for method, params in (("report.sign", {"visit": visit, "operator": "B"}),
                               ("visit.note", {"id": visit, "block_mm": 5}),
                               ("trial.void", {"id": trials[0], "reason": "x"}),
                               ("trial.review", {"id": trials[0], "decision": "keep"})):
            refused(c, client, -32010, method, params)
        refused(c, client, -32602, "report.amend", {"visit": visit, "operator": "B", "note": {"blok_mm": 5}})
        through_the_socket(c, station, visit)
        first = paper(station, visit)
        c.check("A. Meyer" in first, f"the paper has no signature: {first[-400:]}")
        c.equal(but_for_signature(draft), but_for_signature(first), "signed, the paper says what the draft said")
        refused_paper(c, station, client, visit)
        amended = client.call("report.amend", {"visit": visit, "operator": "B. Kurz", "comment": "one trial disturbed",
                                               "discard": [{"trial": trials[1], "reason": "spoke"}]}, 20)
        c.equal((amended["version"], amended["previous"], amended["previous_sha256"]), (2, 1, signed["sha256"]),
                "the second version names the first")
        c.equal(whole(client, visit, 1)[0], text, "the first is what it was, byte for byte")
        second = json.loads(whole(client, visit)[0])
        c.equal(len(second["traces"]), 1, "the discarded trial is in no mean")
        c.equal(second["amended"]["discard"], [{"trial": trials[1], "reason": "spoke"}], "what was amended")
        listed = client.call("report.list", {"visit": visit})
        c.equal([(r["version"], r["superseded"]) for r in listed["reports"]], [(2, False), (1, True)], "the list")
        c.check("B. Kurz" in paper(station, visit), "the paper is of the newest")
        c.equal(paper(station, visit, "--revision", "1"), first, "the first on paper is what it was")
        refused(c, client, -32008, "report.get", {"visit": visit, "version": 3})
    with Station() as station:
        config = station.path / "station.conf"
        config.write_text(f"[station]\nclock = {station.path}/synchronised\n")
        station.start_daemon("--config", config)
        client = station.client()
        client.call("patient.add", {"code": "P-7"})
        visit = client.call("visit.start", {"patient": "P-7"})["id"]
        if client.call("station.status")["clock"] == "unknown":
            refused(c, client, -32010, "report.sign", {"visit": visit, "operator": "A"})
    c.finish()


if __name__ == "__main__":
    main()
