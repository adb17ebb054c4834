"""The screen as its user meets it: before the daemon is there, live, frozen when the mat goes
silent, lost when it is unplugged, killed and started again; buttons by script; every profile."""
import struct
import time
import zlib

from station import BIN, Checks, Mat, PATIENCE, Station, need

PROFILES = ("800x480", "720x1280", "1280x800", "1920x1080")
SCRIPT = """wait_for state=no_daemon
shot {0}/no-daemon.png
wait_for state=searching
shot {0}/searching.png
wait_for state=live
wait 500
shot {0}/live.png
wait_for state=stale
shot {0}/stale.png
wait_for state=live
wait_for state=lost
shot {0}/lost.png
wait_for state=live
quit
"""


def picture(path):
    """(width, height, rows of RGB or RGBA bytes, bytes per pixel) of a PNG without interlace."""
    data, at, image = path.read_bytes(), 8, b""
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and colour in (2, 6)
    n = 3 if colour == 2 else 4
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            image += data[at + 8:at + 8 + size]
        at += 12 + size
    raw, rows, above = zlib.decompress(image), [], bytes(width * n)
    for y in range(height):
        start = y * (width * n + 1)
        above = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + width * n]), above, n)
        rows.append(bytes(above))
    return width, height, rows, n


def unfilter(kind, row, above, n):
    """Undo one row's PNG filter."""
    for i in range(len(row)):
        a, b = row[i - n] if i >= n else 0, above[i]
        c = above[i - n] if i >= n else 0
        if kind == 1:
            row[i] = (row[i] + a) & 255
        elif kind == 2:
            row[i] = (row[i] + b) & 255
        elif kind == 3:
            row[i] = (row[i] + (a + b) // 2) & 255
        elif kind == 4:
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            row[i] = (row[i] + near) & 255
    return row


def colourfulness(path):
    """Pixels that are clearly not grey, in thousandths."""
    width, height, rows, n = picture(path)
    count = 0
    for row in rows[::2]:
        for x in range(0, width * n, 2 * n):
            r, g, b = row[x:x + 3]
            count += max(r, g, b) - min(r, g, b) > 60
    return 1000 * count / (width * height / 4)


def appears(path, timeout_s):
    """When a complete picture came, None if it did not."""
    end_s = time.monotonic() + timeout_s * PATIENCE
    while time.monotonic() < end_s:
        if path.exists() and path.read_bytes()[-8:-4] == b"IEND":
            return time.monotonic()
        time.sleep(0.005)
    return None


def two_windows(checks):
    """Both roles at once, in German: each window has its own picture, keys and buttons."""
    with Station() as station:
        script = station.path / "script"
        script.write_text(f"""wait 300
expect screen=live
shot {station.path}/near.png
role far
expect screen=live-far
shot {station.path}/far.png
key f1
expect screen=help
role near
expect screen=live
quit
""")
        screen = station.start([BIN / "stance-ui", "--home", "live", "--role", "both", "--language", "de",
                                "--profile", "800x480", "--script", script], "screen.log")
        checks.equal(screen.wait(20 * PATIENCE), 0, f"two windows: {station.log('screen.log')}")
        near, far = (station.path / f"{name}.png" for name in ("near", "far"))
        checks.check(near.read_bytes() != far.read_bytes(), "each role has its own picture")


def life(checks):
    with Station() as station:
        script = station.path / "script"
        script.write_text(SCRIPT.format(station.path))
        mat = Mat(station, "--loop", "--seconds", 10, "--unplugged")
        mat.wait("ready")
        screen = station.start([BIN / "stance-ui", "--home", "live", "--profile", "800x480", "--script", script],
                               "screen.log")
        shot = {name: station.path / f"{name}.png"
                for name in ("no-daemon", "searching", "live", "stale", "lost")}
        checks.check(appears(shot["no-daemon"], 5), "the screen says that there is no daemon")
        station.start_daemon()
        checks.check(appears(shot["searching"], 5), "the screen says that a mat is searched")
        mat.do("plug")
        if not checks.check(appears(shot["live"], 8), "the screen goes live"):
            station.show_logs()
            return
        mat.do("pause")
        start_s = time.monotonic()
        at_s = appears(shot["stale"], 5)
        if checks.check(at_s, "the screen says that the data are old"):
            checks.within(at_s - start_s, 0.3 + 0.3 * PATIENCE, "silence to a frozen picture, "
                          "written as PNG", "s")
            live, stale = colourfulness(shot["live"]), colourfulness(shot["stale"])
            checks.check(stale < 0.5 * live, f"greyed: {stale:.0f} of 1000 pixels coloured, "
                         f"{live:.0f} when live")
        mat.do("resume")
        time.sleep(1.5 * PATIENCE)
        mat.ask("unplug", "unplugged")
        checks.check(appears(shot["lost"], 5), "the screen says that the mat is lost")
        mat.do("plug")
        try:
            checks.equal(screen.wait(10 * PATIENCE), 0, f"the script: {station.log('screen.log')}")
        except Exception:
            checks.check(False, f"the script does not end: {station.log('screen.log')}")


def killed_and_back(checks, station):
    """A crash of the screen costs nobody a frame, and a new one is live at once."""
    client = station.client()
    client.call("subscribe", {"streams": ["sample"]})
    notes = []
    for _ in range(3):
        screen = station.start([BIN / "stance-ui", "--home", "live", "--profile", "800x480"], "killed.log")
        notes += client.drain(0.7)
        checks.check(screen.poll() is None, "the screen runs")
        screen.kill()
        screen.wait()
    us = [p["device_us"] for _, name, p in notes + client.drain(1) if name == "sample"]
    lost = sum(round((b - a) / 10_000) - 1 for a, b in zip(us, us[1:]))
    checks.check(len(us) > 50 and lost == 0, f"{lost} of {len(us)} samples lost to a dying screen")
    log = station.path / "pictures"
    start_ns = time.monotonic_ns()
    station.start([BIN / "stance-ui", "--home", "live", "--profile", "800x480", "--frame-log", log], "new.log")
    end_s = time.monotonic() + 5 * PATIENCE
    first = None
    while first is None and time.monotonic() < end_s:
        time.sleep(0.02)
        lines = log.read_text().splitlines() if log.exists() else []
        first = next((int(line.split()[1]) for line in lines
                      if len(line.split()) == 3 and int(line.split()[0]) > 0), None)
        if first is None and time.monotonic() > end_s - 3:
            station.processes[-1].terminate()  # its log reaches the disk when it ends
    if checks.check(first, "a new screen goes live"):
        checks.within((first - start_ns) / 1e6, 1000 * PATIENCE, "start to live picture", "ms")


def profiles(checks, station):
    for profile in PROFILES:
        for role in ("near", "far"):
            path = station.path / f"{role}-{profile}.png"
            process = station.start([BIN / "stance-ui", "--profile", profile, "--role", role,
                                     "--screenshot", path], "profiles.log")
            checks.equal(process.wait(20 * PATIENCE), 0, f"{role} {profile}: exit code")
            if checks.check(path.exists(), f"{role} {profile}: no picture"):
                width, height = struct.unpack(">II", path.read_bytes()[16:24])
                checks.equal(f"{width}x{height}", profile, f"{role}: size of the picture")


def mistakes(checks, station):
    for what, arguments, code in (
            ("an unknown profile", ("--profile", "640x480"), 2),
            ("an unknown option", ("--nonsense",), 2),
            ("a script that is not there", ("--script", "/no/such/file"), None)):
        process = station.start([BIN / "stance-ui", *arguments], "mistakes.log")
        got = process.wait(10)
        checks.check(got == code if code else got != 0, f"{what}: exit {got}")
    checks.check("640x480" in station.log("mistakes.log"), "the message names the wrong value")
    bad = station.path / "bad-script"
    bad.write_text("wait 10\ntapp colours\n")
    process = station.start([BIN / "stance-ui", "--script", bad], "script.log")
    checks.check(process.wait(10) != 0, "a wrong script is refused")
    checks.check("bad-script" in station.log("script.log") and "2" in station.log("script.log"),
                 "and the message names its file and line")


def main():
    need("stanced", "stance-ui")
    checks = Checks()
    life(checks)
    two_windows(checks)
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        station.start_daemon()
        station.wait_state("streaming")
        profiles(checks, station)
        killed_and_back(checks, station)
        mistakes(checks, station)
    checks.finish()


if __name__ == "__main__":
    main()
