"""The watched folder of GDT requests: good ones onto the worklist, bad ones aside with the reason, half-written ones
when they are whole; a folder that is missing, gone, comes back; names meant to hurt; many at once, while the station
answers as ever. usage: test_gdt.py [--all] (--all: 10,000 requests)
"""
import contextlib
import os
import pathlib
import shutil
import sqlite3
import sys
import time

from station import PATIENCE, Checks, Station, need

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


def off_by_default(checks):
    with Station() as s:
        s.start_daemon()
        checks.check(not (s.path / "state/stance/gdt").exists(), "nothing is exchanged unless a folder is named")
        checks.check("gdt" not in s.log("stanced.log"), "and nothing said about it")


def main():
    need("stanced", "stance")
    checks = Checks()
    off_by_default(checks)
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
