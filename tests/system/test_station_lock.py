"""The station's lock as a technician sets it and a screen meets it, what it keeps to itself of those who are
measured, and the clinic's verbs: with a daemon and without, on a terminal and off it."""
import json
import os
import pty
import select
import signal
import subprocess
import time

from station import BIN, Checks, PATIENCE, RpcError, Station, need


def document(checks, done, schema, what):
    if not checks.equal(done.returncode, 0, f"{what}: {done.stderr}"):
        return {}
    value = json.loads(done.stdout)
    checks.equal(value.get("schema"), schema, f"{what}: schema")
    return value


def says(checks, done, code, words, what):
    checks.equal(done.returncode, code, f"{what}: {done.stderr.strip()}")
    for word in words:
        checks.check(word in done.stdout + done.stderr,
                     f"{what} says {word!r}: {done.stdout!r} {done.stderr!r}")


def code_of(client, method, params=None):
    """The code of the refusal, 0 if it was answered."""
    try:
        client.call(method, params, timeout_s=5 * PATIENCE)
    except RpcError as error:
        return error.code
    return 0


def given(s, text, *words):
    """Run a verb with a line on standard input."""
    read, write = os.pipe()
    os.write(write, text.encode() + b"\n")
    os.close(write)
    try:
        return s.stance(*words, stdin=read)
    finally:
        os.close(read)


def on_terminal(s, answers, *words):
    """Run a verb on a terminal, giving an answer to each question; what the terminal showed, and the exit."""
    master, slave = pty.openpty()
    process = subprocess.Popen([str(BIN / "stance"), *words], stdin=slave, stdout=slave, stderr=slave,
                               cwd=s.path, env={**s.env, "TERM": "xterm"})
    os.close(slave)
    text, seen = "", 0
    end_s = time.monotonic() + 15 * PATIENCE
    while time.monotonic() < end_s:
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            text += os.read(master, 65536).decode(errors="replace")
        except OSError:
            break
        if answers and answers[0][0] in text[seen:]:
            seen = len(text)
            os.write(master, answers.pop(0)[1].encode() + b"\n")
    os.close(master)
    return text, process.wait(5 * PATIENCE)


# --- without a daemon --------------------------------------------------------------------------


def clinic(checks, s):
    card = document(checks, s.stance(
        "patient", "add", "P-7", "--born", "1961", "--pain", "knee_left,back", "--red-flags", "none",
        "--extension-deficit-deg", "0,10", "--knee-axis", "neutral,varus", "--json"),
        "stance.patient/1", "patient add")
    checks.equal((card.get("pain_sites"), card.get("red_flags")), (["knee_left", "back"], []), "the card")
    checks.equal(card.get("extension_deficit_right_deg"), 10, "the right knee")
    card = document(checks, s.stance("patient", "update", "P-7", "--red-flags", "unknown", "--born",
                                     "unknown", "--json"), "stance.patient/1", "patient update")
    checks.equal((card.get("red_flags"), card.get("birth_year"), card.get("pain_sites")),
                 (None, None, ["knee_left", "back"]), "taken back, and what stays")
    says(checks, s.stance("patient", "update", "P-7", "--pain", "elbow"), 2, ["elbow"], "no such site")
    says(checks, s.stance("patient", "find", "p-"), 0, ["P-7"], "patient find")
    says(checks, s.stance("patient", "find", "zz"), 0, ["nobody"], "find nobody")


def worklist(checks, s):
    entry = document(checks, s.stance("worklist", "add", "P-7", "--due", "2026-11-29", "--plan", "quick",
                                      "--reason", "before training", "--json"),
                     "stance.worklist-entry/1", "worklist add")
    says(checks, s.stance("worklist", "list"), 0, ["P-7", "2026-11-29", "before training"], "list")
    says(checks, s.stance("worklist", "add", "P-7", "--due", "soon"), 2, ["day"], "a day that is none")
    says(checks, s.stance("worklist", "remove", str(entry.get("id")), "--reason", "x"), 0, ["removed"],
         "remove")
    says(checks, s.stance("worklist", "remove", str(entry.get("id"))), 1, [], "removed twice")


def plans(checks, s):
    visit = document(checks, s.stance("visit", "start", "--patient", "P-7", "--plan", "quick", "--json"),
                     "stance.visit/1", "visit start").get("id")
    says(checks, s.stance("visit", "plan", str(visit)), 0,
         ["quiet-eo", "0 of 3", f"--visit {visit} --patient P-7"], "visit plan")
    plan = document(checks, s.stance("visit", "set-plan", str(visit), "full", "--json"),
                    "stance.visit-plan/1", "set-plan")
    checks.equal((plan.get("plan") or {}).get("key"), "full", "the plan")
    says(checks, s.stance("visit", "set-plan", str(visit), "none"), 0, ["no plan"], "no plan")
    says(checks, s.stance("visit", "current"), 0, [f"visit {visit} of patient P-7"], "visit current")
    says(checks, s.stance("visit", "plan"), 2, ["visit is missing"], "plan of no visit")


def needs_a_daemon(checks, s):
    says(checks, s.stance("trial", "mark"), 9, ["daemon"], "mark without a daemon")
    says(checks, s.stance("report", "sign", "1"), 2, ["--operator"], "signed by nobody")
    says(checks, s.stance("report", "sign", "1", "--operator", "Dr A"), 2, ["--yes"], "sign off a terminal")
    says(checks, s.stance("trial", "review", "1", "discard"), 2, ["--reason"], "discard without a reason")
    says(checks, s.stance("trial", "review", "1", "maybe"), 2, ["keep"], "an unknown decision")


# --- the lock ----------------------------------------------------------------------------------


def set_pin(checks, s):
    says(checks, s.stance("station", "lock"), 1, ["no PIN"], "lock without a PIN")
    says(checks, given(s, "12", "station", "pin"), 2, ["4 to 12"], "a short PIN")
    text, code = on_terminal(s, [("digits: ", "2468"), ("more: ", "2469")], "station", "pin")
    checks.check(code == 2 and "two different" in text, f"two different PINs: {code} {text!r}")
    text, code = on_terminal(s, [("digits: ", "2468"), ("more: ", "2468")], "station", "pin")
    checks.check(code == 0 and "PIN: set" in text, f"the PIN is set: {code} {text!r}")
    checks.check("2468" not in text, f"the PIN is not shown: {text!r}")


def locked(checks, s):
    screen, other = s.client(), s.client()
    screen.call("hello", {"client": "screen"})
    checks.equal(code_of(screen, "patient.list"), 0, "open before")
    says(checks, s.stance("station", "lock"), 0, ["locked"], "station lock")
    for method, params in (("patient.list", None), ("worklist.list", {}), ("visit.current", None),
                           ("trial.start", {"protocol": "quiet-eo", "patient": "P-7"}),
                           ("visit.show", {"id": 1}), ("store.audit", None)):
        checks.equal(code_of(screen, method, params), -32012, f"a locked screen asks {method}")
    checks.equal(code_of(screen, "station.set_pin", {"pin": None}), -32001, "a locked screen sets the PIN")
    checks.equal(code_of(screen, "trial.start", {"protocol": "quiet-eo"}), -32002,
                 "measuring nobody wants only a mat")
    for method in ("status", "visit.plans", "station.status", "training.status"):
        checks.equal(code_of(screen, method), 0, f"a locked screen asks {method}")
    checks.equal(code_of(other, "patient.list"), 0, "the daemon's own user goes on")
    other.close()
    return screen


def restart(checks, s):
    s.daemon.send_signal(signal.SIGTERM)
    s.daemon.wait(10)
    s.start_daemon(mat=None)
    screen = s.client()
    screen.call("hello", {"client": "screen"})
    checks.equal(code_of(screen, "patient.list"), -32012, "locked after a restart")
    return screen


def unlocked(checks, s, screen):
    says(checks, given(s, "0000", "station", "unlock"), 4, ["4 more"], "a wrong PIN")
    for left in (3, 2, 1, 0):
        checks.equal(code_of(screen, "station.unlock", {"pin": "0000"}), -32013, f"wrong, {left} left")
    status = screen.call("station.status")
    checks.check(status["locked"] and 1 <= status["retry_after_s"] <= 5 and status["tries_left"] == 0,
                 f"must wait: {status}")
    says(checks, given(s, "2468", "station", "unlock"), 4, ["wait"], "the right one, too soon")
    time.sleep(status["retry_after_s"] + 0.1)
    text, code = on_terminal(s, [("PIN: ", "2468")], "station", "unlock")
    checks.check(code == 0 and "station: open" in text and "2468" not in text, f"unlocked: {code} {text!r}")
    checks.equal(code_of(screen, "patient.list"), 0, "open again")
    says(checks, s.stance("station", "pin", "--none"), 0, ["none"], "the PIN is taken away")
    checks.check("station.wrong_pin" in s.stance("audit", "list").stdout, "wrong PINs are in the log")


# --- who is measured, under the lock ------------------------------------------------------------


def told(client, stream, want, timeout_s=10 * PATIENCE):
    """The next notification that `want` holds for; {} if none came."""
    end_s = time.monotonic() + timeout_s
    while time.monotonic() < end_s:
        note = client.note(stream, 1)
        if note and want(note[1]):
            return note[1]
    return {}


def both_in_one(client, *requests):
    """Requests in one piece, so that none waits for the answer before; the answers in their order."""
    first, lines = client.next_id, b""
    for method, params in requests:
        request = {"jsonrpc": "2.0", "id": client.next_id, "method": method, "params": params}
        lines += json.dumps(request).encode() + b"\n"
        client.next_id += 1
    client.send_raw(lines)
    return [client.answer(first + i, 5 * PATIENCE) for i in range(len(requests))]


def forget_what_was(client):
    """What was sent before the lock and lies in the socket is the past."""
    client.call("station.status")
    client.notes.clear()


def a_trial_goes_on_unnamed(checks, screen, own):
    """The lock takes the name from the screen and nothing from the measurement."""
    begun = screen.call("trial.start", {"protocol": "quiet-eo", "patient": "P-7", "duration_s": 60})
    checks.equal(begun["patient"], "P-7", "named while open")
    for client in (screen, own):
        checks.equal(told(client, "trial", lambda d: d["state"] == "measuring").get("patient"), "P-7",
                     "told while open")
    own.call("station.lock")
    forget_what_was(screen)
    unnamed = told(screen, "trial", lambda d: d["elapsed_s"] is not None)
    checks.equal((unnamed.get("id"), unnamed.get("patient")), (begun["id"], None), "told under the lock")
    checks.check(not any(d.get("patient") for _, name, d in screen.drain(1.5) if name == "trial"),
                 "no name under the lock")
    checks.equal(told(own, "trial", lambda d: True).get("patient"), "P-7", "the owner goes on")
    status = screen.call("trial.status")
    checks.equal((status["state"], status["patient"]), ("measuring", None), "asked under the lock")
    checks.equal(own.call("trial.status")["patient"], "P-7", "the owner asks")
    checks.equal(screen.call("trial.mark")["n"], 1, "a mark under the lock")
    stopped = screen.call("trial.stop")
    checks.equal((stopped["id"], stopped["patient"]), (begun["id"], None), "stopped under the lock")
    ended = told(screen, "trial", lambda d: d["state"] == "stored")
    checks.equal((ended.get("id"), ended.get("patient")), (begun["id"], None), "its end under the lock")
    for method, params in (("trial.repeat", {}), ("trial.show", {"id": begun["id"]}),
                           ("precheck", {"patient": "P-7"}), ("placement.save", {"patient": "P-7"}),
                           ("training.arm", {"patient": "P-7"}), ("visit.shared", {})):
        checks.equal(code_of(screen, method, params), -32012, f"{method} under the lock")
    checks.check("P-7" not in json.dumps(screen.call("status")), "the status names nobody")
    checks.check("P-7" not in json.dumps(own.call("log.tail")), "the log names nobody")


def nothing_slips_through(checks, screen, own):
    start = ("trial.start", {"protocol": "quiet-eo", "patient": "P-7", "wait_s": 60})
    own.call("station.unlock", {"pin": "2468"})
    for request in (start, ("training.arm", {"patient": "P-7"}), ("precheck", {"patient": "P-7"}),
                    ("trial.repeat", {})):
        locked, answer = both_in_one(screen, ("station.lock", {}), request)
        checks.equal((locked["result"]["locked"], answer.get("error", {}).get("code")), (True, -32012),
                     f"{request[0]} right behind the lock")
        opened = both_in_one(screen, ("station.unlock", {"pin": "2468"}), ("patient.get", {"code": "P-7"}))
        checks.check(all("result" in a for a in opened), f"right behind the unlocking: {opened}")
    checks.equal(own.call("trial.status")["state"], "idle", "no trial began")
    _, begun = both_in_one(screen, ("station.unlock", {"pin": "2468"}), start)
    checks.equal(begun.get("result", {}).get("patient"), "P-7", "a start right behind the unlocking")
    own.call("trial.abort")
    told(own, "trial", lambda d: d["state"] in ("stored", "timeout", "failed"))


def training_is_unnamed(checks, screen, own):
    checks.equal(own.call("training.arm", {"patient": "P-7"})["patient"], "P-7", "armed")
    checks.equal(screen.call("training.status")["patient"], "P-7", "named while open")
    own.call("station.lock")
    forget_what_was(screen)
    checks.equal((screen.call("training.status")["patient"], own.call("training.status")["patient"]),
                 (None, "P-7"), "asked under the lock")
    notes = [d.get("patient") for _, name, d in screen.drain(1.5) if name == "training"]
    checks.check(notes and not any(notes), f"told under the lock: {notes}")
    own.call("station.unlock", {"pin": "2468"})
    checks.equal(told(screen, "training", lambda d: d["patient"]).get("patient"), "P-7", "named again")


def leaks(checks):
    with Station() as s:
        s.start_daemon()
        s.start([str(BIN / "stance-sim"), "--link", str(s.path / "mat"), "--seed", "5"], "sim.log")
        s.wait_state("streaming")
        screen, own = s.client(), s.client()
        screen.call("hello", {"client": "screen"})
        own.call("patient.add", {"code": "P-7"})
        own.call("station.set_pin", {"pin": "2468"})
        for client in (screen, own):
            client.call("subscribe", {"streams": ["trial", "training"]})
        a_trial_goes_on_unnamed(checks, screen, own)
        nothing_slips_through(checks, screen, own)
        training_is_unnamed(checks, screen, own)
        screen.close()
        own.close()


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as s:
        clinic(checks, s)
        worklist(checks, s)
        plans(checks, s)
        needs_a_daemon(checks, s)
        s.start_daemon(mat=None)
        set_pin(checks, s)
        locked(checks, s).close()
        screen = restart(checks, s)
        unlocked(checks, s, screen)
        screen.close()
    leaks(checks)
    checks.finish()


main()
