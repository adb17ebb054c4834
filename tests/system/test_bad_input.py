"""What goes wrong at a site: each a clear sentence with the remedy, and the right exit code."""
import os
import pty
import subprocess
import sys
import time
import tty

from station import BIN, Checks, Mat, PATIENCE, Station, need


def reason(station, timeout_s=4.0, words=()):
    """What the daemon says of the mat, once it says all of `words` (or time is up)."""
    end_s = time.monotonic() + timeout_s * PATIENCE
    text = ""
    while time.monotonic() < end_s:
        mat = station.status()["mat"]
        text = mat.get("reason") or ""
        if text and all(word.lower() in text.lower() for word in words):
            break
        time.sleep(0.1)
    return text


def says(checks, station, what, *words):
    """The reason reaches the status, `stance status` prints it, and ends with 3 (no mat)."""
    text = reason(station, words=words)
    print(f"  {what}: {text}")
    checks.check(len(text) > 20 and text[-1] in ".!", f"{what}: no sentence: {text!r}")
    for word in words:
        checks.check(word.lower() in text.lower(), f"{what}: does not say {word!r}: {text!r}")
    shown = station.stance("status")
    checks.equal(shown.returncode, 3, f"{what}: exit code of stance status")
    checks.check(text[:30] in " ".join((shown.stdout + shown.stderr).split()),
                 f"{what}: stance status does not print the reason")
    checks.check(station.daemon.poll() is None, f"{what}: the daemon lives")


def wrong_devices(checks):
    with Station() as station:
        link = station.path / "mat"
        link.symlink_to("/dev/null")
        station.start_daemon()
        says(checks, station, "a device that is no port", "mat")
    with Station() as station:
        (station.path / "mat").write_text("not a device\n")
        station.start_daemon()
        says(checks, station, "a plain file", "mat")
    with Station() as station:
        station.start_daemon(mat="absent")
        says(checks, station, "a path that is not there", "absent")
    with Station() as station:
        # something that talks all the time, but not SMP/1
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        (station.path / "mat").symlink_to(os.ttyname(slave))
        station.start_daemon()
        feeder = station.start(
            ["python3", "-c", "import os,sys,time\n"
             "while True:\n"
             "  try: os.write(int(sys.argv[1]), b'$GPGGA,123519,4807.038,N,01131.000,E*47\\r\\n')\n"
             "  except BlockingIOError: pass\n"
             "  time.sleep(0.01)", str(master)], "feeder.log", pass_fds=(master,))
        says(checks, station, "another device", "mat")
        status = station.status()["mat"]
        checks.equal(status["frames"], 0, "frames of another device")
        feeder.terminate()
        os.close(master)
        os.close(slave)


def other_version(checks):
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5, "--major", 2)
        mat.wait("ready")
        station.start_daemon()
        says(checks, station, "another protocol version", "version", "2")


def busy(checks):
    """A second daemon on the same mat names the first one."""
    with Station() as first, Station() as second:
        mat = Mat(first, "--loop", "--seconds", 5)
        mat.wait("ready")
        holder = first.start_daemon()
        first.wait_state("streaming")
        os.symlink(os.path.realpath(first.path / "mat"), second.path / "mat")
        second.start_daemon()
        says(checks, second, "a busy port", "stanced", str(holder.pid))
        frames = first.status()["mat"]
        checks.equal(frames["state"], "streaming", "the holder keeps its mat")
        holder.terminate()
        holder.wait(5)
        second.wait_state("streaming", 5)


def held_by_a_stranger(checks):
    """Another program marked the port as its own (TIOCEXCL), as terminal programs do."""
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5)
        mat.wait("ready")
        stranger = station.start(
            [sys.executable, "-c", "import fcntl, os, sys, termios, time\n"
             "fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)\n"
             "fcntl.ioctl(fd, termios.TIOCEXCL)\n"
             "print('held', flush=True)\n"
             "time.sleep(60)", mat.link], "stranger.log", stdout=subprocess.PIPE)
        stranger.stdout.readline()
        station.start_daemon()
        says(checks, station, "a port held by a stranger", "python", str(stranger.pid))
        stranger.kill()
        stranger.wait()
        station.wait_state("streaming", 5)


def no_permission(checks):
    """As a user who may not open the port: the group that may is named."""
    if os.geteuid() != 0:
        print("  no permission: needs root to become someone else; left out")
        return
    with Station() as station:
        master, slave = pty.openpty()
        os.chmod(os.ttyname(slave), 0o660)
        os.chown(os.ttyname(slave), 0, 20)  # dialout on Debian
        (station.path / "mat").symlink_to(os.ttyname(slave))
        for folder, _, _ in os.walk(station.path):
            os.chown(folder, 65534, 65534)
        station.start_daemon(prefix=("setpriv", "--reuid", "65534", "--regid", "65534",
                                     "--clear-groups"))
        import grp
        says(checks, station, "no permission", grp.getgrgid(20).gr_name)
        os.close(master)
        os.close(slave)


def as_nobody(station, *arguments):
    return subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                           BIN / "stance", "--socket", station.socket, *arguments],
                          env=station.env, capture_output=True, text=True, timeout=20)


def foreign_user(checks):
    """A user who may not reach the socket is told how to; one who may is a viewer and no more."""
    if os.geteuid() != 0:
        print("  a foreign user: needs root to become someone else; left out")
        return
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5)
        mat.wait("ready")
        station.start_daemon()
        station.wait_state("streaming")
        os.chmod(station.path, 0o755)
        done = as_nobody(station, "status")
        print(f"  a socket one may not reach (exit {done.returncode}): {done.stderr.strip()}")
        checks.equal(done.returncode, 4, "stance without permission for the socket")
        for path in (station.path / "run", station.socket.parent):
            os.chmod(path, 0o755)
        os.chmod(station.socket, 0o666)
        checks.equal(as_nobody(station, "status").returncode, 0, "status as a viewer")
        for verb in (("identify",), ("tare", "--yes")):
            done = as_nobody(station, *verb)
            print(f"  {verb[0]} as a viewer (exit {done.returncode}): {done.stderr.strip()}")
            checks.equal(done.returncode, 4, f"{verb[0]} as a viewer")
            checks.check("role" in done.stderr, f"{verb[0]} as a viewer names the roles")


def simulator(checks):
    with Station() as station:
        def run(*arguments):
            return subprocess.run([BIN / "stance-sim", *map(str, arguments)], env=station.env,
                                  capture_output=True, text=True, timeout=15)
        for what, arguments in (
                ("no link", ()),
                ("rows out of range", ("--link", station.path / "m", "--rows", 400)),
                ("a missing recording", ("--link", station.path / "m", "--feet", "/no/such.csv")),
                ("an unknown protocol", ("--link", station.path / "m", "--protocol", "x")),
                ("a folder that is not there", ("--link", "/no/such/folder/mat"))):
            done = run(*arguments)
            checks.check(done.returncode not in (0, -6, -11, 134, 139),
                         f"stance-sim, {what}: exit {done.returncode}")
            checks.check(len(done.stderr.strip()) > 10, f"stance-sim, {what}: says nothing")
        broken = station.path / "broken.csv"
        broken.write_text("t_s,left_n\n0,1\n")
        done = run("--link", station.path / "m", "--feet", broken)
        checks.check(done.returncode != 0 and "broken.csv" in done.stderr,
                     f"stance-sim, a recording with other columns: {done.stderr.strip()}")


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    wrong_devices(checks)
    other_version(checks)
    busy(checks)
    held_by_a_stranger(checks)
    no_permission(checks)
    foreign_user(checks)
    simulator(checks)
    checks.finish()


if __name__ == "__main__":
    main()
