"""Reports on paper as a clinic makes them: of a visit and a trial, for both readers, in both languages, as PDF, PNG and
SVG, printed, previewed; the same bytes twice; and what happens where it cannot be done."""
import contextlib
import pathlib
import shutil
import sqlite3
import subprocess

from station import BIN, Checks, Station, need

FOOTER = "Not a diagnosis."
BODY = ("--sex", "F", "--stature-m", "1.66", "--mass-kg", "64", "--pelvis-shift-mm", "20", "--sway-mm", "2")


class Reports:
    """stance-report on a station's store."""

    def __init__(self, station):
        self.station = station

    def run(self, *words, env=None, **more):
        return subprocess.run([BIN / "stance-report", *map(str, words)], env={**self.station.env, **(env or {})},
                              capture_output=True, text=True, timeout=60, cwd=self.station.path, **more)

    def text(self, path, *options):
        return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True).stdout


def measure(checks, s):
    for words in (("patient", "add", "P \"7\"", "--sex", "F", "--born", "1961", "--stature-m", "1.66", "--mass-kg", "64"),
                  ("visit", "start", "--patient", "P \"7\"")):
        checks.equal(s.stance(*words, "--json").returncode, 0, " ".join(words))
    sim = s.start([BIN / "stance-sim", "--link", s.path / "mat", "--quiet", "--seed", "5", *BODY], "sim.log")
    s.wait_state("streaming")
    for protocol in ("quiet-eo", "quiet-eo", "quiet-ec"):
        done = s.stance("trial", "run", "--patient", "P \"7\"", "--visit", "1", "--protocol", protocol, "--duration",
                        "2", "--settle", "0.5", "--json")
        checks.equal(done.returncode, 0, f"{protocol}: {done.stderr[-200:]}")
    sim.terminate()
    sim.wait(5)


def pages_of(checks, path):
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True).stdout
    facts = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    checks.equal(facts.get("Tagged", "").strip(), "yes", f"{path.name} is tagged")
    checks.check("A4" in facts.get("Page size", ""), f"{path.name}: {facts.get('Page size')}")
    checks.check("P \"7\"" in facts.get("Title", ""), f"{path.name}: {facts.get('Title')}")
    return int(facts.get("Pages", "0"))


def whole_pdf(checks, path):
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
        checks.equal(done.returncode, 0, f"qpdf of {path.name}: {done.stdout}{done.stderr}")
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True).stdout.splitlines()[2:]
    checks.check(fonts and all(line.split()[-5] == "yes" for line in fonts), f"{path.name}: fonts are in it: {fonts}")


def for_both(checks, s, r):
    sheets = {}
    for whom, most in (("clinician", 2), ("patient", 1)):
        paths = [s.path / f"{whom}{i}.pdf" for i in range(2)]
        for path in paths:
            done = r.run("--visit", 1, "-a", whom, "-o", path)
            checks.equal((done.returncode, done.stdout), (0, f"{path}\n"), f"{whom}: {done.stderr}")
        checks.equal(paths[0].read_bytes(), paths[1].read_bytes(), f"{whom}: the same bytes twice")
        checks.check(pages_of(checks, paths[0]) <= most, f"{whom}: {most} sheets at most")
        whole_pdf(checks, paths[0])
        sheets[whom] = r.text(paths[0])
        flat = " ".join(sheets[whom].split())
        checks.check(FOOTER in flat and "Draft, not signed" in flat, f"{whom}: footer and draft")
    flat = " ".join(sheets["clinician"].split())
    at = [flat.find(word) for word in ("Patient P", "How the weight lies", "Sway", "Body above the feet",
                                       "Findings", "Trials and their quality", "Method and calibration",
                                       "must not be the only basis for treatment", "Signature")]
    checks.check(all(a >= 0 for a in at) and at == sorted(at), f"the order in which it is read: {at}")
    for word in ("woman, 65 years, 1.66 m, 64.0 kg", "mm/s", "kPa", "Visit 1", "1 of 2"):
        checks.check(word in flat, f"the clinician reads {word!r}")
    flat = " ".join(sheets["patient"].split())
    for word in ("How you stand", "Left ", "What it cannot tell"):
        checks.check(word in flat, f"the patient reads {word!r}")
    for word in ("mm", "Pelvic shift", "velocity", "abnormal"):
        checks.check(word not in flat, f"the patient does not read {word!r}")


def in_german(checks, s, r):
    path = s.path / "deutsch.pdf"
    done = r.run("--visit", 1, "-l", "de", "-o", path, "--audience", "patient")
    checks.equal(done.returncode, 0, f"German: {done.stderr}")
    checks.check("Was es nicht sagen kann" in r.text(path), "the patient reads German")
    env = {"LC_ALL": "de_DE.UTF-8"}
    checks.equal(r.run("--trial", 1, "-o", path, env=env).returncode, 0, "German by the environment")
    flat = " ".join(r.text(path).split())
    checks.check("Wie das Gewicht liegt" in flat and "Ruhiger Stand, Augen offen" in flat, "a trial in German")
    done = r.run("--visit", 1, "-l", "tlh", "-o", path)
    checks.check(done.returncode != 0 and "no catalogue" in done.stderr, "a language that is not there")


def pictures(checks, s, r):
    for ending in ("png", "svg"):
        a, b = s.path / f"a.{ending}", s.path / f"b.{ending}"
        for path in (a, b):
            checks.equal(r.run("--visit", 1, "-o", path).returncode, 0, f"to {ending}")
        second = s.path / f"a-2.{ending}"
        checks.check(second.exists(), f"the second sheet of {ending}")
        if ending == "png":
            checks.equal(a.read_bytes(), b.read_bytes(), f"the same {ending} twice")
        only = s.path / f"only.{ending}"
        checks.equal(r.run("--visit", 1, "-o", only, "--page", 2).returncode, 0, f"page 2 of {ending}")
        checks.check(not (s.path / f"only-2.{ending}").exists() and only.exists(), "the one page, its plain name")
        if ending == "png":
            checks.equal(only.read_bytes(), second.read_bytes(), "page 2 is the second sheet")
    header = (s.path / "a.png").read_bytes()[16:24]
    checks.equal((int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")), (1240, 1754), "150 dots an inch")
    done = r.run("--visit", 1, "--page", 7, "-o", s.path / "none.png")
    checks.check(done.returncode == 1 and "no page 7" in done.stderr, f"a page that is not there: {done.stderr}")
    checks.check(not (s.path / "none.png").exists(), "nothing is written of it")
    done = r.run("--visit", 1, "--preview")
    checks.equal((done.returncode, done.stdout), (0, "visit-1.png\n"), f"preview: {done.stderr}")
    checks.check((s.path / "visit-1.png").read_bytes()[:4] == b"\x89PNG", "the preview is a PNG")
    done = r.run("--visit", 1, "--preview", "--dpi", 60, "--count", "--page", 2, "-o", s.path / "small.png")
    checks.equal((done.returncode, done.stdout), (0, f"{s.path}/small.png\npages 2\n"), f"how many sheets: {done.stderr}")
    header = (s.path / "small.png").read_bytes()[16:24]
    checks.equal((int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")), (496, 702), "60 dots an inch")
    for wrong in (("--dpi", 60), ("--count",), ("--preview", "--dpi", 20), ("--preview", "--dpi", 3000), ("--preview", "--dpi", "x")):
        checks.equal(r.run("--visit", 1, *wrong).returncode, 2, f"{wrong}")


def printing(checks, s, r):
    tools = s.path / "tools"
    tools.mkdir()
    lp = tools / "lp"
    lp.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\" >lp.args\nfor f; do :; done\ncp \"$f\" lp.pdf\n")
    lp.chmod(0o755)
    path = {"PATH": f"{tools}:/usr/bin:/bin", "TMPDIR": str(s.path)}
    done = r.run("--visit", 1, "--print=office", env=path)
    checks.equal((done.returncode, done.stdout), (0, ""), f"printing: {done.stderr}")
    checks.equal((s.path / "lp.args").read_text().split()[0], "-doffice", "on that printer")
    whole_pdf(checks, s.path / "lp.pdf")
    checks.equal([p.name for p in s.path.glob("stance-report-*")], [], "nothing is left behind")
    lp.write_text("#!/bin/sh\necho 'lp: the printer does not exist.' >&2\nexit 1\n")
    done = r.run("--visit", 1, "--print", env=path)
    checks.check(done.returncode == 1 and "does not exist" in done.stderr, f"lp refuses: {done.stderr}")
    lp.unlink()
    empty = {"PATH": str(tools), "TMPDIR": str(s.path)}
    done = r.run("--visit", 1, "-p", env=empty)
    checks.check(done.returncode == 1 and "cups-client" in done.stderr, f"no lp: {done.stderr}")


def refusals(checks, s, r):
    kept = s.path / "kept.pdf"
    kept.write_text("kept")
    cases = (
        (("--visit", 99, "-o", kept), 1, "no visit 99"),
        (("--trial", 99, "-o", kept), 1, "no trial 99"),
        (("--visit", 1, "--revision", 3, "-o", kept), 1, "no signed version 3"),
        (("--visit", 1, "-o", "/nowhere/at/all.pdf"), 1, "cannot be written"),
        (("--visit", "all"), 2, "no number of a visit"),
        (("--visit", 9223372036854775807), 2, "no number of a visit"),
        (("--visit", 1, "-o", "report.doc"), 2, "does not end in"),
        (("--visit", 1, "--trial", 1), 2, "say what to report"),
        ((), 2, "say what to report"),
        (("--visit", 1, "--page", 2), 2, "--page is for"),
        (("--document", "none.json", "-o", kept), 1, "cannot be read"),
        (("--visit", 1, "-d", "/nowhere", "-o", kept), 1, "no store"),
    )
    for words, code, says in cases:
        done = r.run(*words)
        checks.check(done.returncode == code and says in done.stderr,
                     f"{words}: {done.returncode}, {done.stderr.strip()!r}")
    checks.equal(kept.read_text(), "kept", "what was there stays")
    checks.equal(list(s.path.glob("*.part")), [], "no half file stays")


def damaged_documents(checks, s, r):
    path = s.path / "document.json"
    for text, code, says in (("{", 8, "damaged"), ("{}", 8, "no stance.report/1"), ("[1]", 8, "no stance.report/1"),
                             ('{"schema":"stance.report/1","trials":[{}]}', 0, ""),
                             ('{"schema":"stance.report/1","trials":[]}', 8, "no stance.report/1"),
                             ("\0\xff", 8, "damaged")):
        path.write_text(text, encoding="latin-1")
        done = r.run("--document", path, "-o", s.path / "document.pdf")
        checks.check(done.returncode == code and says in done.stderr, f"{text!r}: {done.returncode}, {done.stderr}")


def full_disk(checks, s, r):
    """A file that may not grow: the sheet is not there, what was there stays."""
    path = s.path / "full.pdf"
    path.write_text("kept")
    done = r.run("--visit", 1, "-o", path, preexec_fn=lambda: limit_files(8192))
    checks.check(done.returncode == 1 and "Nothing was changed" in done.stderr,
                 f"no room: {done.returncode}, {done.stderr}")
    checks.equal(path.read_text(), "kept", "what was there stays")
    checks.equal(list(s.path.glob("*.part")), [], "no half file stays")


def limit_files(size):
    import resource
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def no_typeface(checks, s, r):
    conf = s.path / "fonts.conf"
    conf.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/nowhere</dir></fontconfig>')
    done = r.run("--visit", 1, "-o", s.path / "none.pdf", env={"FONTCONFIG_FILE": str(conf)})
    checks.check(done.returncode == 1 and "typeface" in done.stderr, f"no font: {done.returncode}, {done.stderr[-300:]}")


def pruned(checks, s, r):
    """Without raw frames the sheet still comes with the picture that the store keeps; of a trial from before pictures were
    kept, with the outline of the feet."""
    for path in pathlib.Path(s.env["XDG_STATE_HOME"]).rglob("*.srec"):
        path.unlink()
    path = s.path / "pruned.pdf"
    checks.equal(r.run("--visit", 1, "-o", path).returncode, 0, "a visit without raw frames")
    checks.check("Mean pressure while trial" in " ".join(r.text(path).split()), "the picture is the store's")
    with contextlib.closing(sqlite3.connect(s.path / "state/stance/stance.db")) as db, db:
        db.execute("DELETE FROM trial_picture")
    checks.equal(r.run("--visit", 1, "-o", path).returncode, 0, "a visit without pictures")
    checks.check("What the feet touched" in " ".join(r.text(path).split()), "the outline in its place")


def main():
    need("stanced", "stance", "stance-sim", "stance-report")
    checks = Checks()
    if not shutil.which("pdftotext"):
        print("no pdftotext: only that it runs is looked at")
    with Station() as s:
        s.start_daemon()
        measure(checks, s)
        r = Reports(s)
        if shutil.which("pdftotext"):
            for_both(checks, s, r)
            in_german(checks, s, r)
            printing(checks, s, r)
        pictures(checks, s, r)
        refusals(checks, s, r)
        damaged_documents(checks, s, r)
        full_disk(checks, s, r)
        no_typeface(checks, s, r)
        pruned(checks, s, r)
    checks.finish()


if __name__ == "__main__":
    main()
