"""What people and other systems type and send: codes of 300 characters, emoji, quotation marks, what looks like a command; a
worklist of 10,000; a folder for exports that is full. Each is refused with a sentence, or goes all the way from the
patient's card to the signed paper, and nothing is lost."""
import contextlib
import json
import shutil
import sqlite3
import subprocess
import time

from station import BIN, PATIENCE, Checks, RpcError, Station, need

MANY = 10000
REFUSED = {"of 300 characters": "x" * 300, "of 65 bytes": "y" * 65, "of 17 emoji": "🦶" * 17, "empty": "",
           "with a line": "a\nb", "with blanks around": " a ", "a number": 7, "a list": ["a"]}
TAKEN = ["🦶" * 16, "O'Brien \"7\"; DROP TABLE patient;--", "../../%s%n $(reboot) <b>&amp;", "-rf"]


# --- codes ---------------------------------------------------------------------------------------

def refusals(checks, s, client):
    wants = {"patient.add": "code", "patient.update": "code", "patient.get": "code", "patient.show": "code",
             "patient.erase": "code", "worklist.add": "patient", "visit.start": "patient", "placement.get": "patient",
             "trial.start": "patient"}
    for what, code in REFUSED.items():
        for method, key in wants.items():
            params = {key: code, **({"confirm": True} if method == "patient.erase" else {}),
                      **({"protocol": "quiet-eo"} if method == "trial.start" else {})}
            if method == "trial.start" and code == "":
                continue  # nobody: an anonymous trial
            try:
                client.call(method, params)
                checks.check(False, f"{method} takes a code {what}")
            except RpcError as error:
                unknown = method == "trial.start" and what == "with blanks around"
                checks.equal(error.code, -32008 if unknown else -32602, f"{method}, a code {what}: {error.message}")
                checks.check(20 < len(error.message) < 256 and "x" * 65 not in error.message,
                             f"{method}, a code {what}, says what is right: {error.message!r}")
    client.send_raw(b'{"jsonrpc":"2.0","id":"nul","method":"patient.add","params":{"code":"a\\u0000b"}}\n')
    checks.equal(client.read(5)["error"]["code"], -32700, "a NUL within a code is no text at all")
    done = s.stance("patient", "add", "x" * 300)
    checks.check(done.returncode == 2 and "300" in done.stderr, f"the command line: {done.stderr.strip()!r}")
    found = client.call("patient.find", {"query": "x" * 64})
    checks.equal((found["total"], client.call("patient.list")["patients"]), (0, []), "nobody was added")
    try:
        client.call("patient.find", {"query": "x" * 300})
        checks.check(False, "a query of 300 characters is taken")
    except RpcError as error:
        checks.equal(error.code, -32602, f"a query of 300 characters: {error.message}")


def trial(client, code, visit):
    client.call("trial.start", {"protocol": "quiet-eo", "patient": code, "visit": visit, "duration_s": 5, "settle_s": 1})
    end_s = time.monotonic() + 60 * PATIENCE
    while time.monotonic() < end_s:
        note = client.note("trial", 30)
        if note and note[1]["state"] == "stored":
            return note[1]["id"]
    raise TimeoutError("the trial is never stored")


def paper(checks, s, code, visit):
    out = s.path / f"visit-{visit}.pdf"
    done = subprocess.run([BIN / "stance-report", "--visit", str(visit), "-o", out], env=s.env, capture_output=True,
                          text=True)
    checks.equal(done.returncode, 0, f"{code!r} on paper: {done.stderr}")
    if code.isascii() and shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", out, "-"], capture_output=True, text=True).stdout
        checks.check(" ".join(code.split()) in " ".join(text.split()), f"{code!r} is found on the paper")


def files(checks, s, code, visit):
    out = s.path / f"out-{visit}"
    done = s.stance("visit", "export", visit, "--format", "csv,edf,fhir", "--out", out)
    checks.equal(done.returncode, 0, f"{code!r} exported: {done.stderr}")
    names = sorted(p.name for p in out.iterdir())
    checks.check(len(names) == 5 and all(n.startswith(("trial-", "visit-")) for n in names), f"{code!r}: files {names}")
    bundle = json.loads((out / f"visit-{visit}.fhir.json").read_text())
    who = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    checks.equal(who["identifier"][0]["value"], code, "the code in FHIR")
    done = s.stance("visit", "export", visit, "--format", "gdt", "--out", out)
    if code.isascii():
        checks.check(code.encode() in (out / f"visit-{visit}.gdt").read_bytes(), f"{code!r} in GDT")
    else:
        checks.check(done.returncode == 1 and "character" in done.stderr, f"{code!r} in GDT: {done.stderr.strip()!r}")


def measured(checks, s, client):
    """{code: visit}, each with a trial."""
    visits = {}
    for code in TAKEN:
        client.call("patient.add", {"code": code, "notes": code, "surgery": code})
        checks.equal(client.call("patient.find", {"query": code})["patients"][0]["code"], code, f"{code!r} is found")
        client.call("worklist.add", {"patient": code, "reason": code, "reference": code})
        visits[code] = client.call("visit.start", {"patient": code})["id"]
        trial(client, code, visits[code])
    return visits


def all_the_way(checks, s, client, visits):
    for code, visit in visits.items():
        client.call("report.sign", {"visit": visit, "operator": code, "comment": code}, 20)
        entry = next(e for e in client.call("worklist.list", {"with_done": True})["entries"] if e["patient"] == code)
        checks.equal((entry["state"], entry["reason"], entry["visit"]), ("done", code, visit), f"{code!r}: the worklist")
        signed = json.loads(s.stance("report", "get", visit).stdout)
        checks.equal([signed["patient"][k] for k in ("code", "notes", "surgery")] + [signed["signed"]["operator"]],
                     [code] * 4, f"{code!r}: what was signed")
        paper(checks, s, code, visit)
        files(checks, s, code, visit)
    checks.equal({p["code"] for p in client.call("patient.list")["patients"]}, set(TAKEN), "all of them, and no other")


# --- a folder that is full -------------------------------------------------------------------------

def full_folder(checks, s):
    folder = s.path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", folder], capture_output=True)
    if done.returncode != 0:
        print("  no full folder: nothing can be mounted here")
        return
    try:
        done = s.stance("visit", "export", 1, "--format", "csv,edf,fhir", "--out", folder)
        checks.check(done.returncode == 1 and "No space left" in done.stderr and str(folder) in done.stderr,
                     f"a full folder: {done.returncode}, {done.stderr.strip()!r}")
        checks.equal(sorted(p.name for p in folder.iterdir()), [], "and no half of an export in it")
        out = folder / "report.pdf"
        out.write_bytes(b"kept")
        with contextlib.suppress(OSError):
            (folder / "ballast").write_bytes(bytes(65536))
        done = subprocess.run([BIN / "stance-report", "--visit", "1", "-o", out], env=s.env, capture_output=True, text=True)
        checks.check(done.returncode == 1 and "No space left" in done.stderr and "Nothing was changed" in done.stderr,
                     f"a report to it: {done.returncode}, {done.stderr.strip()!r}")
        checks.equal(out.read_bytes(), b"kept", "what was there stays")
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


# --- a worklist of 10,000 --------------------------------------------------------------------------

def fill(s):
    """As a practice's system would in a year without anybody looking; the daemon is not running."""
    with contextlib.closing(sqlite3.connect(s.path / "state/stance/stance.db")) as db, db:
        db.executemany("INSERT INTO patient (code, sex, birth_year, notes, created_unix_ms) VALUES (?, 'F', 1950, '', 0)",
                       [(f"W-{k:05}",) for k in range(MANY)])
        db.execute("INSERT INTO worklist (patient_id, due, plan, reason, reference, source, state, created_unix_ms, "
                   "utc_offset_min, author) SELECT id, '2026-11-28', '', 'stand', code, 'gdt', 'waiting', 0, 0, 'gdt' "
                   "FROM patient WHERE code LIKE 'W-%'")


def timed(checks, client, method, params, what, limit_s=1.0):
    start_s = time.monotonic()
    answer = client.call(method, params)
    checks.within(time.monotonic() - start_s, limit_s * PATIENCE, f"{method}, {what}", "s")
    return answer


def ten_thousand(checks, s):
    s.daemon.terminate()
    s.daemon.wait(20)
    fill(s)
    s.start_daemon("--config", s.path / "station.conf")
    client = s.client()
    first = timed(checks, client, "worklist.list", {"limit": 20}, f"the first of {MANY}")
    checks.equal((first["total"], first["more"], len(first["entries"])), (MANY, True, 20), "how many wait")
    last = timed(checks, client, "worklist.list", {"offset": MANY - 20, "limit": 100}, "the last")
    checks.equal((len(last["entries"]), last["more"], last["entries"][-1]["patient"]), (20, False, f"W-{MANY - 1:05}"),
                 "the end of it")
    seen = []
    for offset in range(0, MANY, 100):
        seen += [e["patient"] for e in client.call("worklist.list", {"offset": offset, "limit": 100})["entries"]]
    checks.equal((len(seen), len(set(seen))), (MANY, MANY), "page by page everybody, each once")
    found = timed(checks, client, "patient.find", {"query": "9999"}, f"among {MANY}")
    checks.equal([p["code"] for p in found["patients"]], ["W-09999"], "one of them is found")
    checks.equal(timed(checks, client, "patient.find", {"query": ""}, "everybody")["total"], MANY + len(TAKEN), "all")
    visit = timed(checks, client, "visit.start", {"patient": "W-09999"}, "the last comes first")["id"]
    checks.equal(client.call("worklist.list", {"offset": MANY - 1})["entries"][0]["visit"], visit, "and is being measured")
    entry = first["entries"][0]
    timed(checks, client, "worklist.remove", {"id": entry["id"], "reason": "moved away"}, "one is taken off")
    checks.equal(client.call("worklist.list")["total"], MANY - 1, "one less")
    done = s.stance("worklist", "list")
    checks.check(done.returncode == 0 and str(MANY - 1) in done.stderr and len(done.stdout.splitlines()) < 200,
                 f"the command line shows a page and says that there are more: {done.stderr.strip()!r}")
    client.close()


def main():
    need("stanced", "stance", "stance-sim", "stance-report")
    checks = Checks()
    with Station() as s:
        (s.path / "station.conf").write_text("[station]\nclock = trusted\n")
        sim = s.start([BIN / "stance-sim", "--link", s.path / "mat", "--fast", "--seed", "4"], "sim.log")
        s.start_daemon("--config", s.path / "station.conf")
        s.wait_state("streaming")
        client = s.client()
        refusals(checks, s, client)
        client.call("subscribe", {"streams": ["trial"]})
        visits = measured(checks, s, client)
        sim.terminate()  # a fast mat takes a processor, with nobody measured, too
        all_the_way(checks, s, client, visits)
        full_folder(checks, s)
        client.close()
        ten_thousand(checks, s)
    checks.finish()


if __name__ == "__main__":
    main()
