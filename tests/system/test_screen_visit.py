#!/usr/bin/env python3
"""Whole visits by touches alone, from the screen that waits for somebody to the signed report on paper: the person
steps on, trial after trial is begun by one touch, the operator is chosen by touch or typed on the screen's own
keyboard, the signature is held, and what the printer is given is read. usage: test_screen_visit.py [--all]
[--real-time] [--shots DIR] (--all: the standard visit too; --real-time: a mat as fast as a real one, whose seconds
are printed; --shots: keep the pictures of all screens)"""
import datetime
import pathlib
import re
import shutil
import subprocess
import sys
import time

from station import BIN, Checks, PATIENCE, Station, need

MOST_TAPS = 8  # of a quick visit, by whoever has signed before in this session
MOST_S = 180
REAL = "--real-time" in sys.argv
# A fast mat would take a processor while nobody is measured, and more while the screen follows it.
SOON = ["--speed", "12", "--tx-buffer-s", "12"]

# What a finger does, and between which screens. {} is the folder of the pictures.
BEGIN = """wait_for widget=entry-{entry}
shot {dir}/{name}-01-worklist.png
tap entry-{entry}
wait_for widget=measure
shot {dir}/{name}-02-card.png
tap measure
wait_for screen=precheck
shot {dir}/{name}-03-precheck.png
wait_for widget=start
shot {dir}/{name}-04-precheck-ready.png
tap start
"""
TRIAL = """wait_for widget=stop
shot {dir}/{name}-05-trial-{k}.png
wait_for widget={next}
shot {dir}/{name}-06-after-{k}.png
tap {next}
"""
REPORT = """wait_for widget=report
shot {dir}/{name}-07-results.png
tap report
wait_for widget=sign
wait 2500
shot {dir}/{name}-08-report.png
"""
TYPED = """tap sign
wait_for widget=key-ok
tap key-shift
tap key-a
tap key-n
tap key-n
tap key-a
shot {dir}/{name}-09-name.png
tap key-ok
wait_for widget=sign
shot {dir}/{name}-10-sign.png
"""
READ = """wait_for widget=sheet
tap sheet
wait_for widget=forward
shot {dir}/{name}-11-page.png
tap larger
wait 300
shot {dir}/{name}-12-page-large.png
key escape
wait_for widget=sign
"""
SIGN = """hold sign 1400
wait_for widget=done
wait 2500
shot {dir}/{name}-13-signed.png
"""
PRINT = """tap print
wait_for widget=print-clinician
tap print-clinician
wait_for widget=print
shot {dir}/{name}-14-printed.png
"""
DONE = """tap done
wait_for screen=worklist
"""


# A finger is not faster: what follows within 0.3 s of another touch is taken for a bounce.
HUMAN_MS = 350


def human(script, with_shots):
    """As a person does it, who waits for the picture of the report only when it is to be kept."""
    if not with_shots:
        script = re.sub(r"^(shot .*|wait \d+)\n", "", script, flags=re.M)
    return re.sub(r"^(tap|hold) ", rf"wait {HUMAN_MS}\n\1 ", script, flags=re.M)


def taps_of(script):
    return len(re.findall(r"^(?:tap|hold) ", script, re.M))


def visit(name, entry, n_trials, **more):
    """The touches of one visit up to its signature, and what is done about its report besides."""
    parts = [BEGIN] + [TRIAL.replace("{k}", str(k)).replace("{next}", "finish" if k == n_trials else "start")
                       for k in range(1, n_trials + 1)]
    parts += [REPORT, READ if more.get("read") else "", TYPED if more.get("typed") else "", SIGN]
    measured = "".join(parts)
    whole = measured + (PRINT if more.get("printed") else "") + DONE
    return (whole.replace("{entry}", str(entry)).replace("{name}", name), taps_of(measured) - taps_of(
        READ if more.get("read") else ""))


def fake_printer(station):
    """lp, as CUPS has it: keeps what it is given."""
    tools = station.path / "tools"
    tools.mkdir()
    (tools / "lp").write_text(f"#!/bin/sh\nfor f; do :; done\ncp \"$f\" {station.path}/printed.pdf\n")
    (tools / "lp").chmod(0o755)
    station.env["PATH"] = f"{tools}:{station.env['PATH']}"


def begin(station):
    (station.path / "conf").write_text("[station]\nclock = trusted\n")
    fake_printer(station)
    sim = station.start([BIN / "stance-sim", "--link", station.path / "mat", "--stance", "none", "--script", "-",
                         "--seed", "5", "--quiet", *([] if REAL else SOON)], "sim.log",
                        stdin=subprocess.PIPE, text=True)
    station.start_daemon("--config", station.path / "conf")
    station.wait_state("streaming")
    return sim


def step_on_when_begun(client, sim, screen, c):
    """The person waits for the clinician: she steps on when the visit has begun."""
    end = time.monotonic() + 30 * PATIENCE
    while time.monotonic() < end and screen.poll() is None:
        if client.call("visit.current"):
            sim.stdin.write("step-on\n")
            sim.stdin.flush()
            return
        time.sleep(0.05)
    c.check(False, "no visit was begun")


def wait_for_end(screen, client, limit_s):
    """Whether the script came to its end; meanwhile when each trial began and ended, and when it was signed."""
    end = time.monotonic() + limit_s * PATIENCE
    while screen.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
    return screen.poll()


def check_visit(c, station, client, patient, n_trials, operator):
    visits = client.call("visit.list", {"patient": patient})["visits"]
    c.equal(len(visits), 1, f"visits of {patient}")
    if not visits:
        return
    shown = client.call("visit.show", {"id": visits[0]["id"]})
    c.equal(sum(t["used"] for t in shown["trials"]), n_trials, f"trials of {patient} that count")
    signed = client.call("report.list", {"visit": visits[0]["id"]})["reports"]
    if signed:
        begun, ended = (datetime.datetime.fromisoformat(t) for t in (visits[0]["started"], signed[0]["signed_at"]))
        took_s = (ended - begun).total_seconds()
        print(f"  {patient}: {took_s:.0f} s from Measure to the signature")
        if REAL and n_trials == 3 and patient != "P-1":
            c.within(took_s, MOST_S, "a quick visit", "s")
    c.equal([(r["version"], r["operator"]) for r in signed], [(1, operator)], f"the signature of {patient}'s visit")
    return visits[0]["id"]


def check_paper(c, station, operator):
    paper = station.path / "printed.pdf"
    if not c.check(paper.exists(), "nothing was printed"):
        return
    c.check(paper.read_bytes().startswith(b"%PDF"), "what was printed is no PDF")
    if shutil.which("qpdf"):
        c.equal(subprocess.run(["qpdf", "--check", paper], capture_output=True).returncode, 0, "qpdf --check")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True).stdout
        c.check(operator in text and "SHA-256" in text, "the paper carries the signature")


def was_too_fast(client):
    """A fast mat gives in a second what a disk has a minute for: on a busy machine a recording may end early."""
    trials = client.call("trial.list", {"with_voided": True, "limit": 100})["trials"]
    shown = [client.call("trial.show", {"id": t["id"]})["quality"] for t in trials if t["verdict"] == "interrupted"]
    return any("disk" in reason for quality in shown for reason in quality["reasons"])


def play(c, name, script, limit_s, patients):
    """One session of a clinician: the station waits, somebody touches it, and so on to the end of the script. A session
    that the machine was too busy for is played again."""
    for tries_left in (2, 1, 0):
        took_s = play_once(c, name, script, limit_s, patients, tries_left > 0)
        if took_s is not None:
            return took_s
        print(f"  {name}: the disk did not keep up with the fast mat: played again", flush=True)
    return None


def play_once(c, name, script, limit_s, patients, may_repeat):
    shots = pathlib.Path(sys.argv[sys.argv.index("--shots") + 1]) if "--shots" in sys.argv else None
    with Station() as station:
        sim = begin(station)
        client = station.client()
        for code, plan, _ in patients:
            client.call("patient.add", {"code": code, "sex": "F", "birth_year": 1951, "stature_m": 1.66,
                                        "red_flags": []})
            client.call("worklist.add", {"patient": code, "plan": plan})
        start = f"wait_for screen=live-far\nwait 600\nshot {{dir}}/{name}-00-attract.png\ntap role\n"
        (station.path / "script").write_text(human(start + script + "quit\n", shots).replace("{dir}", str(station.path)))
        begun_s = time.monotonic()
        screen = station.start([BIN / "stance-ui", "--profile", "800x480", "--role", "far", "--script",
                                station.path / "script"], "screen.log")
        step_on_when_begun(client, sim, screen, c)
        code = wait_for_end(screen, client, limit_s)
        took_s = time.monotonic() - begun_s
        if code != 0 and may_repeat and was_too_fast(client):
            return None
        c.equal(code, 0, f"{name}: the script: {station.log('screen.log')[-600:]}")
        for patient, _, n_trials in patients:
            check_visit(c, station, client, patient, n_trials, "Anna")
        check_paper(c, station, "Anna")
        for folder in pathlib.Path(station.path / "run").glob("stance-ui-*"):
            c.check(False, f"a picture was left behind: {folder}")
        if shots:
            shots.mkdir(exist_ok=True)
            for picture in station.path.glob("*.png"):
                shutil.copy(picture, shots)
        return took_s


def quick(c):
    """Two quick visits in a row: the first by somebody whom the station does not know, the second by the same."""
    first, first_taps = visit("first", 0, 3, typed=True)
    second, taps = visit("second", 0, 3, printed=True)
    took_s = play(c, "quick", first + second, 120 if not REAL else 600, [("P-1", "quick", 3), ("P-2", "quick", 3)])
    c.within(taps, MOST_TAPS, "touches of a quick visit of three trials, worklist to signature", "")
    print(f"  {first_taps} of the first, whose operator is typed; {took_s or 0:.0f} s both")


def standard(c):
    script, taps = visit("standard", 0, 13, typed=True, read=True, printed=True)
    took_s = play(c, "standard", script, 600 if not REAL else 1500, [("P-1", "standard", 12)])
    print(f"  the standard visit: {taps} touches with the operator typed, {took_s or 0:.0f} s")


def main():
    need("stanced", "stance-ui", "stance-sim", "stance-report")
    c = Checks()
    quick(c)
    if "--all" in sys.argv:
        standard(c)
    c.finish()


if __name__ == "__main__":
    main()
