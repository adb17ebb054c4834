"""`make install` into a staged root: the programs run from there, `make uninstall` leaves nothing."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from station import Checks, ROOT, SANITIZED, Station, need, skip


def tree(folder):
    return sorted(str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*")
                  if not p.is_dir())


def make(target, stage):
    return subprocess.run(["make", "-s", target, f"DESTDIR={stage}", "PREFIX=/usr"], cwd=ROOT,
                          capture_output=True, text=True,
                          env={**os.environ, "VARIANT": "release", "MAKEFLAGS": ""})


def run_from(checks, stage):
    """Nothing may be found through the source tree: the programs are asked about their data."""
    with Station() as station:
        bin_folder = pathlib.Path(stage) / "usr/bin"
        env = {**station.env, "PATH": f"{bin_folder}:/usr/bin:/bin"}
        daemon = station.start([bin_folder / "stanced", "--mat", station.path / "mat"], "stanced.log")
        station.start([bin_folder / "stance-sim", "--link", station.path / "mat", "--rows", "48",
                       "--cols", "48", "--pitch-mm", "10", "--rate-hz", "100"], "sim.log")
        station.daemon = daemon
        station.wait_socket()
        station.wait_state("streaming")
        time.sleep(1)
        done = subprocess.run(["stance", "status"], env=env, capture_output=True, text=True)
        checks.equal(done.returncode, 0, f"staged stance status: {done.stderr}")
        screen = station.path / "screen.png"
        done = subprocess.run(["strace", "-f", "-e", "trace=openat,open,access", "-o",
                               station.path / "trace", "stance-ui", "--screenshot", screen,
                               "--profile", "800x480"] if shutil.which("strace") else
                              ["stance-ui", "--screenshot", screen, "--profile", "800x480"],
                              env=env, capture_output=True, text=True, timeout=30)
        checks.equal(done.returncode, 0, f"staged stance-ui: {done.stderr[-300:]}")
        checks.check(screen.exists() and screen.read_bytes()[:4] == b"\x89PNG", "a screenshot")
        trace = station.path / "trace"
        if trace.exists():
            outside = [line for line in trace.read_text(errors="replace").splitlines()
                       if str(ROOT) in line and "ENOENT" not in line]
            checks.equal(outside, [], "files of the source tree opened by the staged screen")


def main():
    need("stanced", "stance", "stance-ui", "stance-sim")
    if SANITIZED:
        skip("install is about the release variant")
    checks = Checks()
    stage = tempfile.mkdtemp(prefix="stance-stage-")
    try:
        done = make("install", stage)
        if not checks.equal(done.returncode, 0, f"make install: {done.stderr[-500:]}"):
            checks.finish()
        installed = tree(stage)
        print(f"  {len(installed)} files installed")
        for program in ("stanced", "stance", "stance-ui", "stance-sim"):
            checks.check(f"usr/bin/{program}" in installed, f"{program} in PREFIX/bin")
            page = [p for p in installed if "/man/man" in p and p.split("/")[-1].startswith(
                f"{program}.")]
            checks.check(page, f"a man page of {program}")
        for path in installed:
            mode = (pathlib.Path(stage) / path).stat().st_mode
            checks.check(not mode & 0o022, f"{path} is writable for others")
        run_from(checks, stage)
        done = make("uninstall", stage)
        checks.equal(done.returncode, 0, f"make uninstall: {done.stderr[-500:]}")
        checks.equal(tree(stage), [], "files left behind by make uninstall")
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    checks.finish()


if __name__ == "__main__":
    main()
