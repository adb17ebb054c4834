"""The watched folder of GDT requests: good ones onto the worklist, bad ones aside with the reason, half-written ones
when they are whole; a folder that is missing, gone, comes back; names meant to hurt; many at once, while the station
answers as ever. And all the way: a request, a visit, trials, a signature, the answer in the folder, also where that
is full or gone. usage: test_gdt.py [--all] (--all: 10,000 requests)
"""
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

from station import BIN, PATIENCE, Checks, Station, need

import gdt_read

MANY = 10000 if "--all" in sys.argv else 300


def request(code, born="12031960", sex="2", charset="iso8859-1", **more):
    number = {"iso8859-1": "3", "cp437": "2", "ascii": "1"}[charset]
    fields = [("8000", "6302"), ("8315", "STANCE"), ("8316", "PRAXIS"), ("9206", number),
              ("9218", "02.10"), ("3000", code), ("3101", "Müller" if charset != "ascii" else "Doe"),
              ("3103", born), ("3110", sex), ("3622", "170"), ("3623", "71,5"), ("8402", "STAND")]
    for key, value in more.items():
        fields = [(k, value if k == key[1:] else v) for k, v in fields]
    return gdt_read.make([f for f in fields if f[1] is not None], charset)


def put(folder, name, raw):
    """As a careful system does: another name first."""
    part = folder / ".part"
    part.write_bytes(raw)
    part.rename(folder / os.fsdecode(name) if isinstance(name, bytes) else folder / name)


def worklist(s):
    with contextlib.closing(sqlite3.connect(f"file:{s.path}/state/stance/stance.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT p.code, w.due, w.reason, w.reference, w.source, w.state FROM worklist w "
                          "JOIN patient p ON p.id = w.patient_id ORDER BY w.id").fetchall()


def until(what, seconds=12.0):
    end_s = time.monotonic() + seconds * PATIENCE
    while not what() and time.monotonic() < end_s:
        time.sleep(0.02)
    return what()


def gone(folder, name):
    return until(lambda: not (folder / name).exists())


def refused(folder, name):
    return until(lambda: (folder / "refused" / f"{name}.txt").exists()) and (
        folder / "refused" / f"{name}.txt").read_text()


def good(checks, s, folder, client):
    put(folder, "a.gdt", request("4711"))
    start_s = time.monotonic()
    checks.check(gone(folder, "a.gdt"), "a request is taken away")
    print(f"  after {time.monotonic() - start_s:.3f} s", flush=True)
    patient = client.call("patient.show", {"code": "4711"})
    checks.equal([patient[k] for k in ("sex", "birth_year", "stature_m", "mass_kg")], ["F", 1960, 1.7, 71.5],
                 "the patient")
    checks.equal(worklist(s), [("4711", time.strftime("%Y-%m-%d"), "STAND", "4711", "gdt", "waiting")],
                 "the worklist")
    with contextlib.closing(sqlite3.connect(f"file:{s.path}/state/stance/stance.db?mode=ro", uri=True)) as db:
        checks.check("ller" not in "".join(db.iterdump()), "no name is kept")
    put(folder, "again.GDT", request("4711"))
    checks.check(gone(folder, "again.GDT"), "the same request once more is taken away")
    checks.equal(len(worklist(s)), 1, "and waits once")
    put(folder, "STANPRAX.001", request("Bär-9", charset="cp437"))
    checks.check(gone(folder, "STANPRAX.001"), "a name that ends with digits")
    checks.equal(worklist(s)[-1][0], "Bär-9", "code page 437")


def half_written(checks, s, folder):
    raw = request("half")
    for size in (0, 5, len(raw) // 2):
        (folder / "half.gdt").write_bytes(raw[:size])
        time.sleep(0.3)
        checks.check((folder / "half.gdt").exists(), f"a file of {size} bytes waits")
    (folder / "half.gdt").write_bytes(raw)
    checks.check(gone(folder, "half.gdt"), "and is taken when it is whole")
    checks.equal(worklist(s)[-1][0], "half", "onto the worklist")
    (folder / "old.gdt").write_bytes(raw[:40])
    os.utime(folder / "old.gdt", (time.time() - 40, time.time() - 40))
    checks.check("ends within" in (refused(folder, "old.gdt") or ""), "one that stays short is refused")


def wrong(checks, s, folder):
    before = worklist(s)
    cases = {"answer": (request("1", _8000="6310"), "6310"), "nobody": (request("1", _3000=None), "3000"),
             "other": (request("4711", born="01011971"), "born"), "sex": (request("1", sex="9"), "3110"),
             "born": (request("1", born="31021960"), "3103"), "tall": (request("1", _3622="17"), "3622"),
             "version": (request("1", _9218="03.00"), "9218"), "code": (request("x" * 300), "3000"),
             "long": (request("1") + b"x", "8100"), "length": (request("1").replace(b"0143000", b"0153000")
                                                            .replace(b"0103000", b"0113000"), "line"),
             "text": (b"hello, this is no GDT\r\n", "line 1"), "big": (b"0138000" * 20000, "65536")}
    for name, (raw, _) in cases.items():
        put(folder, f"{name}.gdt", raw)
    for name, (raw, word) in cases.items():
        reason = refused(folder, f"{name}.gdt") or ""
        checks.check(word in reason, f"{name} is refused for {word}: {reason.strip()!r}")
        checks.equal((folder / "refused" / f"{name}.gdt").read_bytes(), raw, f"{name} is kept as it was")
        checks.check(not (folder / f"{name}.gdt").exists(), f"{name} is moved aside")
    checks.equal(worklist(s), before, "nothing of them is on the worklist")
    put(folder, "text.gdt", b"once more\r\n")
    checks.check(until(lambda: (folder / "refused/text.gdt.2").exists()), "a second one of that name")
    checks.check((folder / "refused/text.gdt").read_bytes().startswith(b"hello"), "does not replace the first")
    checks.check("4711" not in s.log("stanced.log") and "1960" not in s.log("stanced.log"),
                 "the log names no patient")


def names(checks, s, folder):
    hurtful = [b"$(touch x).gdt", b"; rm -rf ~.gdt", b"a\nb.gdt", b"\xff\xfe.gdt", b"-rf.gdt", b"%s%n.gdt",
               b"n" * 251 + b".gdt", "\u202egdt.gdt".encode()]
    for k, name in enumerate(hurtful):
        put(folder, name, request(f"name{k}"))
    for k, name in enumerate(hurtful):
        checks.check(gone(folder, os.fsdecode(name)), f"{name[:20]} is taken")
    codes = {row[0] for row in worklist(s)}
    checks.check({f"name{k}" for k in range(len(hurtful))} <= codes, "all of them")
    put(folder, b"n" * 251 + b".gdt", b"bad")
    checks.check(until(lambda: any(f.startswith("nnn") and f.endswith(".txt")
                                   for f in os.listdir(folder / "refused"))), "a long name is refused")
    secret = s.path / "secret.gdt"
    secret.write_bytes(request("secret"))
    (folder / "link.gdt").symlink_to(secret)
    os.mkfifo(folder / "pipe.gdt")
    (folder / "folder.gdt").mkdir()
    put(folder, "notes.txt", request("notes"))
    put(folder, ".hidden.gdt", request("hidden"))
    put(folder, "after.gdt", request("after"))
    checks.check(gone(folder, "after.gdt"), "links, pipes and folders hold nothing up")
    left = {"link.gdt", "pipe.gdt", "folder.gdt", "notes.txt", ".hidden.gdt"}
    checks.check(left <= set(os.listdir(folder)) and secret.exists(), "and stay where they are")
    checks.check(not {"secret", "notes", "hidden"} & {row[0] for row in worklist(s)}, "unread")


def comes_back(checks, s, folder):
    shutil.rmtree(folder)
    time.sleep(0.5)
    checks.equal(s.status()["mat"]["state"] in ("searching", "streaming"), True, "the station goes on without it")
    folder.mkdir()
    put(folder, "back.gdt", request("back"))
    checks.check(gone(folder, "back.gdt"), "a folder that comes back is read")
    put(folder, "soon.gdt", request("soon"))
    start_s = time.monotonic()
    checks.check(gone(folder, "soon.gdt"), "and watched")
    checks.within(time.monotonic() - start_s, 2.0 * PATIENCE, "not only at the next look", "s")


def many(checks, s, folder, client):
    before, n_bad = len(worklist(s)), MANY // 10
    for k in range(MANY):
        raw = request(f"m{k}") if k % 10 else b"no GDT\r\n"
        (folder / f"{k:05}.gdt").write_bytes(raw)
    start_s, worst_s = time.monotonic(), 0.0
    while any(f.endswith(".gdt") for f in os.listdir(folder)) and time.monotonic() - start_s < MANY * 0.1:
        asked_s = time.monotonic()
        client.call("status", timeout_s=5)
        worst_s = max(worst_s, time.monotonic() - asked_s)
        time.sleep(0.05)
    print(f"  {MANY} files in {time.monotonic() - start_s:.1f} s", flush=True)
    checks.equal(len(worklist(s)) - before, MANY - n_bad, "all good ones of many are on the worklist")
    checks.equal(len([f for f in os.listdir(folder / "refused") if f[:5].isdigit() and f.endswith(".gdt")]),
                 n_bad, "all bad ones aside")
    checks.within(worst_s, 0.5 * PATIENCE, "status answered meanwhile within", "s")


# --- from the request to the answer ------------------------------------------------------------

def trial(client, protocol, visit):
    client.call("trial.start", {"protocol": protocol, "patient": "4711", "visit": visit, "duration_s": 20, "settle_s": 1})
    end_s = time.monotonic() + 60 * PATIENCE
    while time.monotonic() < end_s:
        note = client.note("trial", 30)
        if note and note[1]["state"] == "stored":
            return note[1]["id"]
    raise TimeoutError("the trial is never stored")


def signed_document(client, visit):
    text, offset = "", 0
    while offset is not None:
        piece = client.call("report.get", {"visit": visit, "offset": offset})
        text, offset = text + piece["text"], piece["next_offset"]
    assert hashlib.sha256(text.encode()).hexdigest() == piece["sha256"]
    return json.loads(text)


def arrived(out, name):
    return (out / name).read_bytes() if until(lambda: (out / name).exists()) else None


# What the practice's system reads, by the keys of the document that was signed (docs/exports.md).
WORDS = {"M": "mass_kg", "L": "left_frac", "X": "com_ml_mm", "V": "mean_velocity_mm_s", "A": "ellipse95_mm2",
         "SX": "rms_ml_mm", "SY": "rms_ap_mm", "AS": "asymmetry_pct", "F": "fore_frac"}


def says_what_was_signed(checks, raw, document):
    fields = gdt_read.read(raw)
    first, visit = dict(reversed(fields)), document["visit"]
    start = datetime.datetime.fromisoformat(visit["started"])
    wanted = {"8000": "6310", "8315": "PRAXIS", "8316": "STANCE", "9206": "3", "9218": "02.10", "3000": "4711",
              "8402": "STAND", "6200": f"{start:%d%m%Y}", "6201": f"{start:%H%M%S}"}
    checks.equal({key: first.get(key) for key in wanted}, wanted, "the answer's head")
    tests, n = gdt_read.values(fields), 0
    for name, test in tests.items():
        protocol, word = name.rsplit(".", 1)
        group = next(g for g in visit["means"] if g["protocol"] == protocol)
        value, decimals = group["metrics"][WORDS[word]]["mean"], len(test["8420"].partition(".")[2])
        n += checks.check(abs(float(test["8420"]) - value) <= 0.5001 * 10 ** -decimals,
                          f"{name}: {test['8420']} is {value}")
        checks.equal(test["8470"].split()[:3], ["mean", "of", str(len(group["trials"]))], f"{name}: of how many")
    checks.equal({name.split(".")[0] for name in tests}, {g["protocol"] for g in visit["means"]}, "all conditions")
    checks.check(n >= 10, f"{n} values of the document")
    text = " ".join(value for key, value in fields if key == "6228")
    checks.check("no diagnosis" in text and f"visit {visit['id']}," in text, f"in words: {text}")
    checks.check(b"ller" not in raw and b"1960" not in raw, "no name, no birthday")
    return n


@contextlib.contextmanager
def full(folder):
    """A folder without room for a single page; only root may make one."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,mode=0700", "tmpfs", folder], capture_output=True,
                          text=True)
    if done.returncode != 0:
        print(f"  no full folder: nothing can be mounted here: {done.stderr.strip()}")
        yield False
        return
    try:
        (folder / "ballast").write_bytes(bytes(4096))
        yield True
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def answers_wait(s, out, n):
    return until(lambda: f"{n} answers wait for the folder {out}" in s.log("stanced.log"))


def spooled(s):
    return sorted(p.name for p in (s.path / "state/stance/gdt").glob("*.gdt"))


def folder_gone(checks, s, client, out, first):
    """Gone while an amendment is signed: the answer waits, is what was signed whatever the card says by then, and comes."""
    out.rename(out.parent / "elsewhere")
    client.call("report.amend", {"visit": 1, "operator": "B. Kurz", "comment": "one more word"}, 20)
    checks.check(answers_wait(s, out, 1), "it is said that an answer waits")
    checks.equal(spooled(s), ["visit-1-2.gdt"], "and it is kept")
    document = signed_document(client, 1)
    client.call("patient.update", {"code": "4711", "sex": "M", "birth_year": 1931, "stature_m": 2.01, "mass_kg": 140})
    time.sleep(0.5)
    checks.equal(spooled(s), ["visit-1-2.gdt"], "as long as the folder is gone")
    (out.parent / "elsewhere").rename(out)
    raw = arrived(out, "visit-1-2.gdt")
    checks.check(raw is not None, "and comes when the folder is back")
    says_what_was_signed(checks, raw or b"", document)
    checks.check((out / "visit-1-1.gdt").read_bytes() == first, "the first answer is what it was")
    checks.check(until(lambda: spooled(s) == []), "nothing is left behind")
    checks.check(until(lambda: "all answers have been brought" in s.log("stanced.log")), "it is said that it is over")


def folder_full(checks, s, client, out):
    with full(out) as is_full:
        if not is_full:
            return
        client.call("report.amend", {"visit": 1, "operator": "B. Kurz", "comment": "a third word"}, 20)
        checks.check(until(lambda: s.log("stanced.log").count(f"1 answers wait for the folder {out}") >= 2
                           or "No space left" in s.log("stanced.log")), "it is said that the folder is full")
        checks.check("No space left" in s.log("stanced.log"), "and why")
        checks.equal(sorted(p.name for p in out.iterdir()), ["ballast"], "no half file in it")
        checks.equal(spooled(s), ["visit-1-3.gdt"], "the answer is kept")
        (out / "ballast").unlink()
        raw = arrived(out, "visit-1-3.gdt")
        checks.check(raw is not None, "and comes when there is room")
        says_what_was_signed(checks, raw or b"", signed_document(client, 1))
    checks.check(until(lambda: spooled(s) == []), "nothing is left behind")


def all_the_way(checks):
    with Station() as s:
        folder, out = s.path / "in", s.path / "out"
        folder.mkdir()
        out.mkdir()
        config = s.path / "config/stance/stance.conf"
        config.parent.mkdir()
        config.write_text(f"[station]\nclock = trusted\n[export]\ngdt_in = {folder}\ngdt_out = {out}\n"
                          "gdt_receiver = PRAXIS\ngdt_sender = STANCE\ngdt_test = STAND\n")
        sim = s.start([BIN / "stance-sim", "--link", s.path / "mat", "--fast", "--left-frac", "0.55", "--seed", "4"], "sim.log")
        s.start_daemon()
        s.wait_state("streaming")
        client = s.client()
        put(folder, "a.gdt", request("4711"))
        checks.check(gone(folder, "a.gdt"), "the request is taken")
        waits = client.call("worklist.list")["entries"]
        checks.equal([(w["patient"], w["reason"], w["source"], w["state"]) for w in waits],
                     [("4711", "STAND", "gdt", "waiting")], "it waits on the worklist")
        visit = client.call("visit.start", {"patient": "4711"})["id"]
        checks.equal(client.call("worklist.list")["entries"][0]["state"], "measuring", "who came is being measured")
        client.call("subscribe", {"streams": ["trial"]})
        for protocol in ("quiet-eo", "quiet-eo", "quiet-ec"):
            trial(client, protocol, visit)
        sim.terminate()  # a fast mat takes a processor, with nobody measured, too
        checks.equal(sorted(out.iterdir()), [], "nothing is answered before it is signed")
        start_s = time.monotonic()
        client.call("report.sign", {"visit": visit, "operator": "A. Meyer"}, 20)
        first = arrived(out, "visit-1-1.gdt")
        checks.check(first is not None, "the answer lies in the folder")
        print(f"  {time.monotonic() - start_s:.3f} s from the signature to the answer", flush=True)
        n = says_what_was_signed(checks, first or b"", signed_document(client, visit))
        print(f"  {n} values in {len(first)} bytes", flush=True)
        checks.equal(client.call("worklist.list")["entries"], [], "nobody waits any more")
        done = s.stance("visit", "export", visit, "--format", "gdt", "--out", s.path / "by-hand")
        checks.equal(done.returncode, 0, f"the same by hand: {done.stderr}")
        checks.check((s.path / "by-hand/visit-1.gdt").read_bytes() == first, "is the same answer")
        folder_gone(checks, s, client, out, first)
        folder_full(checks, s, client, out)
        client.close()


def off_by_default(checks):
    with Station() as s:
        s.start_daemon()
        checks.check(not (s.path / "state/stance/gdt").exists(), "nothing is exchanged unless a folder is named")
        checks.check("gdt" not in s.log("stanced.log"), "and nothing said about it")


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    off_by_default(checks)
    all_the_way(checks)
    with Station() as s:
        folder = pathlib.Path(s.path) / "in"
        config = s.path / "exchange.conf"
        config.write_text(f"[export]\ngdt_in = {folder}\n")
        s.start_daemon("--config", str(config))
        client = s.client()
        time.sleep(0.3)
        folder.mkdir()
        good(checks, s, folder, client)
        half_written(checks, s, folder)
        wrong(checks, s, folder)
        names(checks, s, folder)
        comes_back(checks, s, folder)
        many(checks, s, folder, client)
        client.close()
        s.daemon.terminate()
        checks.equal(s.daemon.wait(10), 0, "ends well")
    checks.finish()


if __name__ == "__main__":
    main()
