"""Calibrations on disk and in force: taken from elsewhere, kept over restarts, refused with the reason where
they are damaged, edited, expired, or of another mat or setting; and a procedure that is interrupted."""
import hashlib
import json
import os
import signal
import subprocess
import time

from station import BIN, Checks, PATIENCE, ROOT, RpcError, Station, need

ROWS, COLS, PITCH_MM, SERIAL = 16, 20, 20, "FILE-7"
DAY_MS = 86400000
PIECE = 20000


def sealed(document):
    """A calibration's text: its members, then SHA-256 over all before the last (docs/calibration.md)."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)[:-1]
    text = text.replace(',"model":{', ',\n"model":{', 1)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return text + f',\n"sha256":"{digest}"}}\n', digest[:32]


def calibration(**changes):
    """One for the mat of this test, made from the fuzzer's whole sample."""
    raw = (ROOT / "tests/fuzz/corpus/calibration/whole").read_bytes()[1:]
    document = json.loads(raw)
    del document["sha256"]
    device = document["device"]
    device.update(serial=SERIAL, rows=ROWS, cols=COLS, pitch_x_mm=PITCH_MM, pitch_y_mm=PITCH_MM,
                  full_scale=4095, has_divider=True, r_reference_ohm=4700, r_series_ohm=100,
                  applies_threshold=False, applies_autozero=False)
    model = document["model"]
    model["states"] = {word: [] for word in model["states"]}
    for key, value in (("zero_cnt", 40), ("noise_cnt", 1.5), ("gain", 1)):
        model[key] = [[value] * COLS for _ in range(ROWS)]
    document["readings"] = {"zero": None, "late": None, "items": []}
    now_ms = int(time.time() * 1000)
    document.update(created_unix_ms=now_ms - DAY_MS, expires_unix_ms=now_ms + 100 * DAY_MS)
    for key, value in changes.items():
        target = device if key in device else document
        target[key] = value
    return sealed(document)


class Sim:
    def __init__(self, station, *arguments):
        self.process = station.start(
            [str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--quiet", "--sensor",
             "resistive", "--stance", "none", "--rows", str(ROWS), "--cols", str(COLS), "--pitch-mm",
             str(PITCH_MM), "--serial", SERIAL, "--script", "-", *map(str, arguments)], "sim.log",
            stdin=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def folder(station):
    return station.path / "state/stance/calibrations"


def import_text(client, text):
    """In pieces, as a line holds no more."""
    raw = text.encode()
    for at in range(0, len(raw), PIECE):
        answer = client.call("calibrate.import", {
            "text": raw[at:at + PIECE].decode(), "offset": at, "total": len(raw)}, 20 * PATIENCE)
    return answer


def refused(checks, client, text, code, words, what):
    try:
        import_text(client, text)
        checks.check(False, f"{what}: was taken")
    except RpcError as error:
        checks.equal(error.code, code, f"{what}: code")
        checks.check(words in str(error), f"{what}: \"{error}\" does not say \"{words}\"")


def standing(station, state, timeout_s=5, reason=False):
    """The calibration's part of the status, once it has that state, and a reason if one is wanted."""
    end_s = time.monotonic() + timeout_s * PATIENCE
    while True:
        found = station.status()["calibration"]
        seen = found["state"] == state and (found["reason"] or not reason)
        if seen or time.monotonic() > end_s:
            return found
        time.sleep(0.05)


def flags(station):
    client = station.client()
    client.call("subscribe", {"streams": ["sample"]})
    note = client.note("sample", 5 * PATIENCE)
    client.close()
    return set(note[1]["flags"]) if note else None


def restart(station):
    if station.daemon and station.daemon.poll() is None:
        station.daemon.send_signal(signal.SIGKILL)
        station.daemon.wait(10)
    station.start_daemon()
    station.wait_state("streaming", 15)


def put(station, text, name):
    """As somebody with a shell would: the file, and its name for this mat."""
    (folder(station) / f"{name}.json").write_text(text)
    (folder(station) / f"in-force-{SERIAL}").write_text(name + "\n")


def taken_and_kept(checks, station, text, name):
    client = station.client()
    checks.equal(standing(station, "none")["state"], "none", "before: state")
    checks.check("uncalibrated" in flags(station), "before: samples are flagged uncalibrated")
    answer = import_text(client, text)
    checks.equal((answer["ok"], answer["id"], answer["state"]), (True, name, "valid"), "import")
    found = station.status()["calibration"]
    checks.equal((found["id"], found["state"]), (name, "valid"), "status after the import")
    checks.check(found["age_days"] > 0.9 and 99 < found["expires_days"] <= 100, f"ages: {found}")
    checks.check(not flags(station) & {"uncalibrated", "expired", "unverified"},
                 f"calibrated: flags {flags(station)}")
    mat = client.call("mat.describe")
    checks.equal((mat["calibration_id"], mat["calibration_state"]), (name, "valid"), "mat.describe")
    listed = client.call("calibrate.list")["calibrations"]
    checks.equal([(c["id"], c["in_force"]) for c in listed], [(name, True)], "list")
    shown = client.call("calibrate.show", timeout_s=10 * PATIENCE)
    checks.equal((shown["id"], shown["device"]["serial"], shown["in_force"]), (name, SERIAL, True),
                 "show")
    exported, offset = "", 0
    while offset is not None:
        page = client.call("calibrate.export", {"offset": offset}, 10 * PATIENCE)
        exported, offset = exported + page["text"], page["next_offset"]
    checks.check(exported == text, "export gives the text that was imported")
    checks.equal((folder(station) / f"{name}.json").stat().st_mode & 0o777, 0o600, "mode of the file")
    client.close()


def others_are_refused(checks, station, text, name):
    client = station.client()
    refused(checks, client, calibration(serial="OTHER-1")[0], -32010, "OTHER-1", "another mat's")
    refused(checks, client, calibration(rows=ROWS - 1)[0], -32011, "rows", "rows that do not fit maps")
    refused(checks, client, calibration(pitch_x_mm=12)[0], -32010, "cells", "another geometry")
    refused(checks, client, calibration(full_scale=1023)[0], -32010, "1023", "another unit")
    refused(checks, client, calibration(applies_threshold=True)[0], -32010, "threshold",
            "another setting")
    refused(checks, client, calibration(accepted=False)[0], -32010, "accepted", "a draft")
    refused(checks, client, calibration(expires_unix_ms=1)[0], -32010, "expired", "an expired one")
    refused(checks, client, text.replace('"gain":[[1', '"gain":[[2'), -32011, "changed after",
            "an edited one")
    refused(checks, client, text[:len(text) // 2], -32011, "damaged", "half of one")
    refused(checks, client, "{}", -32011, "no calibration", "something else")
    checks.equal(station.status()["calibration"]["id"], name, "in force after all that")
    checks.equal(len(list(folder(station).glob("*.json"))), 1, "files after all that")
    client.close()


def damage_is_told(checks, station, text, name):
    restart(station)
    checks.equal(standing(station, "valid")["id"], name, "after a restart: id")
    edited = text.replace('"gain":[[1', '"gain":[[2')
    put(station, edited, name)
    restart(station)
    found = standing(station, "none", reason=True)
    checks.check(found["state"] == "none" and found["reason"] and "changed after" in found["reason"],
                 f"an edited file: {found}")
    checks.check("uncalibrated" in flags(station), "an edited file: samples are flagged")
    checks.equal((folder(station) / f"{name}.json").read_text(), edited, "the edited file stays")
    client = station.client()
    import_text(client, text)  # a good copy mends it
    client.close()
    checks.equal(station.status()["calibration"]["state"], "valid", "after a good copy")
    (folder(station) / f"{name}.json").unlink()
    restart(station)
    found = standing(station, "none", reason=True)
    checks.check(found["reason"] and "gone" in found["reason"], f"a file that is gone: {found}")


def expiry_is_told(checks, station):
    old, name = calibration(expires_unix_ms=int(time.time() * 1000) - 3 * DAY_MS - 1000)
    put(station, old, name)
    restart(station)
    found = standing(station, "expired")
    checks.check(found["state"] == "expired" and "3 days" in (found["reason"] or ""),
                 f"expired: {found}")
    checks.check(found["expires_days"] < -2.9, f"expired: {found['expires_days']} days to go")
    checks.check({"uncalibrated", "expired"} <= flags(station), f"expired: flags {flags(station)}")


def mismatch_is_told(checks, station, sim, text, name):
    put(station, text, name)
    sim.stop()
    sim = Sim(station, "--mat-threshold", 5)
    restart(station)
    found = standing(station, "mismatch")
    checks.check(found["state"] == "mismatch" and "threshold" in (found["reason"] or ""),
                 f"another setting: {found}")
    checks.check("uncalibrated" in flags(station), "another setting: samples are flagged")
    sim.stop()
    sim = Sim(station)  # set as it was: without a restart of the daemon
    checks.equal(standing(station, "valid", 15)["id"], name, "set as it was")
    return sim


def unverified_is_flagged(checks, station):
    text, name = calibration(verified=False)
    client = station.client()
    answer = import_text(client, text)
    checks.equal((answer["id"], answer["state"]), (name, "unverified"), "an unverified one")
    checks.check("unverified" in flags(station), "an unverified one: samples are flagged")
    client.close()


def recorded(checks, station, sim):
    """A plain recording holds what it was measured by: a replay knows newtons."""
    sim.say("rest 1 mass 25 at -90 0")
    sim.say("rest 2 mass 30 at 90 0")
    time.sleep(1.5)
    done = station.stance("record", "-o", "plain.rec", "--seconds", "2")
    checks.equal(done.returncode, 0, f"record: {done.stderr}")
    done = station.stance("replay", "plain.rec", "--json")
    checks.equal(done.returncode, 0, f"replay: {done.stderr}")
    trial = json.loads(done.stdout or "{}")
    checks.equal((trial.get("calibration_id"), trial.get("calibration_state")),
                 (station.status()["calibration"]["id"], "unverified"), "replay: calibration")
    checks.check((trial.get("weight") or {}).get("mass_kg"), f"replay: weight {trial.get('weight')}")
    sim.say("take 1")
    sim.say("take 2")
    time.sleep(1.0)


def interrupted(checks, station, sim):
    """A step, a kill, another one whose client goes away, one that is aborted; then all of it."""
    client = station.client()
    answer = client.call("calibrate.zero", timeout_s=30 * PATIENCE)
    checks.check(answer["ok"] and answer["item"] == 0, f"zero: {answer}")
    restart(station)
    client = station.client()
    end_s = time.monotonic() + 5 * PATIENCE
    while not (draft := client.call("calibrate.status")["draft"]) and time.monotonic() < end_s:
        time.sleep(0.05)
    checks.equal([i["step"] for i in (draft or {"items": []})["items"]], ["zero"],
                 "the draft after a kill")
    gone = station.client()
    gone.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"calibrate.load","params":{"mass_kg":20}}\n')
    end_s = time.monotonic() + 5 * PATIENCE
    while not client.call("calibrate.status")["step"] and time.monotonic() < end_s:
        time.sleep(0.02)
    try:
        client.call("calibrate.zero")
        checks.check(False, "a second step began beside the first")
    except RpcError as error:
        checks.equal(error.code, -32004, "a second step beside the first")
    gone.close()
    end_s = time.monotonic() + 5 * PATIENCE
    while client.call("calibrate.status")["step"] and time.monotonic() < end_s:
        time.sleep(0.02)
    status = client.call("calibrate.status")
    checks.check(not status["step"] and len(status["draft"]["items"]) == 1,
                 f"a step whose client has gone: {status['step']}, {status['draft']}")
    other = station.client()
    other.call("subscribe", {"streams": ["calibration"]})
    other.send_raw(b'{"jsonrpc":"2.0","id":77,"method":"calibrate.load","params":{"mass_kg":20}}\n')
    note = other.note("calibration", 5 * PATIENCE)
    checks.check(note and note[1]["state"] == "waiting" and note[1]["hint"], f"progress: {note}")
    client.call("calibrate.abort")
    answer = other.answer(77, 5 * PATIENCE)["result"]
    checks.check(not answer["ok"] and "aborted" in answer["reason"], f"an aborted step: {answer}")
    other.send_raw(b'{"jsonrpc":"2.0","id":78,"method":"calibrate.load","params":{"mass_kg":20}}\n')
    end_s = time.monotonic() + 5 * PATIENCE
    while not client.call("calibrate.status")["running"] and time.monotonic() < end_s:
        time.sleep(0.02)
    sim.say("unplug")
    answer = other.answer(78, 5 * PATIENCE)["result"]
    checks.check(not answer["ok"] and answer["reason"], f"a step whose mat went away: {answer}")
    time.sleep(0.3)
    sim.say("replug")
    station.wait_state("streaming", 15)
    draft = client.call("calibrate.status")["draft"]
    checks.check(draft and len(draft["items"]) == 1, f"the draft after a replug: {draft}")
    try:
        answer = client.call("calibrate.accept", {"operator": "N"})
        checks.check(not answer["ok"] and "fit" in answer["reason"], f"accept without a fit: {answer}")
    except RpcError as error:
        checks.check(False, f"accept without a fit: {error}")
    checks.check((folder(station) / f"draft-{SERIAL}.json").exists(), "the draft is on the disk")
    checks.check(client.call("calibrate.abort", {"all": True})["ok"], "abort all")
    checks.equal(client.call("calibrate.status")["draft"], None, "the draft after abort all")
    checks.check(not (folder(station) / f"draft-{SERIAL}.json").exists(), "the draft's file is gone")
    for method, params in (("load", {}), ("load", {"mass_kg": -1}), ("load", {"mass_kg": 20, "x_mm": 1}),
                           ("staircase", {"masses_kg": [1]}), ("verify", {"mass_kg": 20}),
                           ("accept", {}), ("accept", {"operator": " "}), ("drop", {}),
                           ("roll", {"passes": 0})):
        try:
            client.call(f"calibrate.{method}", params)
            checks.check(False, f"calibrate.{method} {params} was taken")
        except RpcError as error:
            checks.equal(error.code, -32602, f"calibrate.{method} {params}")
    client.close()
    other.close()


def main():
    need("stanced", "stance-sim")
    checks = Checks()
    text, name = calibration()
    with Station() as station:
        sim = Sim(station)
        station.start_daemon()
        station.wait_state("streaming", 15)
        taken_and_kept(checks, station, text, name)
        others_are_refused(checks, station, text, name)
        damage_is_told(checks, station, text, name)
        expiry_is_told(checks, station)
        sim = mismatch_is_told(checks, station, sim, text, name)
        unverified_is_flagged(checks, station)
        interrupted(checks, station, sim)
        recorded(checks, station, sim)
    checks.finish()


if __name__ == "__main__":
    main()
