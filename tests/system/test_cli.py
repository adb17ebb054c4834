"""The command line's verbs, documents and exit codes, with and without a daemon and a mat."""
import json
import os
import pty
import select
import shutil
import subprocess
import time

from station import BIN, Checks, Mat, PATIENCE, Station, interrupt, need, read_jsonl


def document(checks, text, schema, what):
    try:
        value = json.loads(text)
    except ValueError:
        checks.check(False, f"{what}: stdout is no JSON document: {text[:80]!r}")
        return {}
    checks.equal(value.get("schema"), schema, f"{what}: schema")
    return value


def without_daemon(checks, station):
    for verb in (("status",), ("status", "--json"), ("watch", "--jsonl")):
        done = station.stance(*verb)
        checks.equal(done.returncode, 9, f"{' '.join(verb)} without a daemon")
        checks.check(done.stderr.strip(), f"{' '.join(verb)} says what to do")
        if verb[-1] == "--json":
            document(checks, done.stdout, "stance.status/1", "status --json without a daemon")
    checks.equal(station.stance().returncode, 2, "no verb")
    wrong = station.stance("statsu")
    checks.equal(wrong.returncode, 2, "an unknown verb")
    checks.check("status" in wrong.stderr, "an unknown verb names the nearest one")
    checks.equal(station.stance("status", "--nonsense").returncode, 2, "an unknown option")
    checks.equal(station.stance("watch", "--seconds", "x", "--jsonl").returncode, 2, "a bad number")
    for option in ("--help", "--version"):
        shown = station.stance(option)
        checks.check(shown.returncode == 0 and "stance" in shown.stdout.lower(), option)
    ports = station.stance("ports", "--json")
    checks.equal(ports.returncode, 0, "ports --json")
    document(checks, ports.stdout, "stance.ports/1", "ports --json")
    doctor = station.stance("doctor")
    checks.check(doctor.returncode in (0, 7, 9, 3, 1, 4), f"doctor ended with {doctor.returncode}")
    checks.check("daemon" in (doctor.stdout + doctor.stderr).lower(), "doctor speaks of the daemon")


def configuration(checks, station):
    shown = station.stance("config", "show", "--origin")
    checks.check(shown.returncode == 0 and "default" in shown.stdout, "config show --origin")
    checks.equal(station.stance("config", "validate").returncode, 0, "config validate, no file")
    folder = station.path / "config/stance/stance.conf.d"
    folder.mkdir(parents=True)
    (folder / "50-site.conf").write_text("[ui]\ncolormap = cividis\n")
    shown = station.stance("config", "show", "--origin")
    checks.check("cividis" in shown.stdout and "50-site.conf" in shown.stdout, "a drop-in counts")
    (folder / "60-typo.conf").write_text("\n[ui]\ncolourmap = cividis\n")
    wrong = station.stance("config", "validate")
    checks.check(wrong.returncode not in (0, 130), "config validate finds an unknown key")
    for word in ("60-typo.conf", "3", "colourmap", "colormap"):
        checks.check(word in wrong.stdout + wrong.stderr, f"and names {word}")
    shutil.rmtree(folder)


def completion(checks, station):
    for shell in ("bash", "zsh", "fish"):
        done = station.stance("completion", shell)
        checks.check(done.returncode == 0 and "watch" in done.stdout, f"completion {shell}")
        if shutil.which(shell):
            script = station.path / f"completion.{shell}"
            script.write_text(done.stdout)
            checked = subprocess.run([shell, "-n", script], capture_output=True, text=True)
            checks.equal(checked.returncode, 0, f"completion {shell}: {checked.stderr}")
    checks.equal(station.stance("completion", "tcsh").returncode, 2, "completion of another shell")


def without_mat(checks, station):
    station.start_daemon()
    done = station.stance("status", "--json")
    checks.equal(done.returncode, 3, "status --json without a mat")
    status = document(checks, done.stdout, "stance.status/1", "status --json without a mat")
    checks.equal(status.get("mat", {}).get("state"), "searching", "mat state")
    checks.equal(station.stance("status").returncode, 3, "status without a mat")
    start_s = time.monotonic()
    done = station.stance("watch", "--jsonl")
    took_s = time.monotonic() - start_s
    checks.equal(done.returncode, 3, "watch without a mat")
    checks.check(4.5 <= took_s <= 5 + 1.5 * PATIENCE, f"watch waited {took_s:.1f} s, wanted 5")
    checks.equal(done.stdout, "", "stdout of watch without a mat")


def with_mat(checks, station):
    mat = Mat(station, "--loop", "--seconds", 10)
    mat.wait("ready")
    station.wait_state("streaming")
    done = station.stance("status", "--json")
    checks.equal(done.returncode, 0, "status --json of a streaming mat")
    document(checks, done.stdout, "stance.status/1", "status --json")
    text = station.stance("status")
    checks.check(text.returncode == 0 and "PY-0001" in text.stdout + text.stderr
                 or "second opinion" in text.stdout, "status names the mat")
    checks.check("\x1b" not in text.stdout, "no colour into a pipe")
    done = station.stance("watch", "--jsonl", "--seconds", "2")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    checks.equal(done.returncode, 0, "watch --seconds 2")
    checks.check(180 <= len(lines) <= 220, f"{len(lines)} samples in 2 s")
    checks.check(all(s["schema"] == "stance.sample/1" for s in lines), "watch's schema")
    if lines:
        span_s = lines[-1]["t_s"] - lines[0]["t_s"]
        checks.check(1.9 <= span_s <= 2.1, f"--seconds 2 spanned {span_s:.3f} s")
    frames = station.stance("watch", "--jsonl", "--frames", "--seconds", "1")
    kinds = {json.loads(line)["schema"] for line in frames.stdout.splitlines()}
    checks.check("stance.frame/1" in kinds, f"watch --frames gave {kinds}")
    watch, out = station.start_watch("interrupted")
    time.sleep(1)
    checks.equal(interrupt(watch), 130, "watch after Ctrl-C")
    checks.check(len(read_jsonl(out)) > 50, "watch writes as it goes")
    broken = subprocess.run(f"{BIN}/stance watch --jsonl | head -n 3 >/dev/null", shell=True,
                            env=station.env, timeout=20, capture_output=True, text=True)
    checks.check(broken.returncode == 0 and "rror" not in broken.stderr, "watch into head")
    checks.equal(station.stance("doctor").returncode, 0, "doctor of a station that works")
    return mat


def on_a_terminal(checks, station):
    """watch on a terminal is a picture; it restores the terminal when interrupted."""
    master, slave = pty.openpty()
    env = {**station.env, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    import fcntl
    import struct
    import termios
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = subprocess.Popen([BIN / "stance", "watch"], stdin=slave, stdout=slave, stderr=slave,
                               env=env, start_new_session=True)
    station.processes.append(process)
    os.close(slave)
    seen, end_s = b"", time.monotonic() + 3
    while time.monotonic() < end_s:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
    process.send_signal(2)
    while select.select([master], [], [], 1)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        seen += data
    checks.equal(process.wait(5), 130, "watch on a terminal after Ctrl-C")
    checks.check(b"\x1b[" in seen and b"%" in seen, "the picture has numbers in percent")
    checks.check(b"\x1b[?25l" not in seen or b"\x1b[?25h" in seen, "the cursor comes back")
    os.close(master)


def mat_goes(checks, station, mat):
    watch, _ = station.start_watch("losing")
    time.sleep(1)
    mat.do("unplug")
    start_s = time.monotonic()
    try:
        code = watch.wait(14 * PATIENCE)
    except subprocess.TimeoutExpired:
        code = None
    took_s = time.monotonic() - start_s
    checks.equal(code, 5, "watch when no sample comes for 10 s")
    checks.check(9 <= took_s <= 10 + 2 * PATIENCE, f"it took {took_s:.1f} s, wanted 10")
    watch, _ = station.start_watch("orphan", "--seconds", "30")
    mat.do("plug")
    station.wait_state("streaming")
    time.sleep(1)
    station.daemon.kill()
    station.daemon.wait()
    try:
        code = watch.wait(5)
    except subprocess.TimeoutExpired:
        code = None
    checks.equal(code, 9, "watch when the daemon is gone")


def main():
    need("stanced", "stance")
    checks = Checks()
    with Station() as station:
        without_daemon(checks, station)
        configuration(checks, station)
        completion(checks, station)
        without_mat(checks, station)
        mat = with_mat(checks, station)
        on_a_terminal(checks, station)
        mat_goes(checks, station, mat)
    checks.finish()


if __name__ == "__main__":
    main()
