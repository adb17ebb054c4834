"""`make demo` without a display: three lines, measured figures, a picture, nothing left running."""
import os
import pathlib
import re
import signal
import struct
import subprocess
import time
import zlib

from station import Checks, ROOT, SANITIZED, need, skip


def pixels(path):
    """(width, height, number of different bytes in the image) of a PNG file."""
    data, at, image = path.read_bytes(), 8, b""
    width, height = struct.unpack(">II", data[16:24])
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            image += data[at + 8:at + 8 + size]
        at += 12 + size
    return width, height, len(set(zlib.decompress(image)))


def environment():
    env = {k: v for k, v in os.environ.items()
           if k not in ("DISPLAY", "WAYLAND_DISPLAY", "MAKEFLAGS", "VARIANT")
           and not k.startswith("STANCE_")}
    env["STANCE_DEMO_HEADLESS"] = "1"
    env["STANCE_DEMO_SECONDS"] = "6"
    return env


def leftovers(before):
    """Stance programs that were not there before and run from the demo's folder."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if folder.name not in before and any(b"stance-demo" in word for word in command):
            found.append(b" ".join(command).decode(errors="replace"))
    return found


def main():
    need("stanced", "stance", "stance-ui", "stance-sim")
    if SANITIZED:
        skip("the demo builds and runs the release variant")
    checks = Checks()
    before = {folder.name for folder in pathlib.Path("/proc").glob("[0-9]*")}
    start_s = time.monotonic()
    done = subprocess.run([ROOT / "tools/demo"], env=environment(), capture_output=True, text=True,
                          timeout=80, stdin=subprocess.DEVNULL)
    print(done.stdout + done.stderr)
    if not checks.equal(done.returncode, 0, "exit code of the demo"):
        checks.finish()
    print(f"  the demo took {time.monotonic() - start_s:.1f} s")
    for unit in ("%", " N", " mm", " ms", " mm/s", " mm2"):
        checks.check(unit in done.stdout, f"the summary has figures in{unit}")
    picture = re.search(r"(/\S+\.png)", done.stdout)
    if checks.check(picture, "the demo names its picture"):
        path = pathlib.Path(picture[1])
        if checks.check(path.exists(), f"{path} is there"):
            width, height, tones = pixels(path)
            checks.check(width >= 800 and height >= 480 and tones > 40,
                         f"a picture of {width} x {height} with {tones} tones")
    checks.equal(leftovers(before), [], "processes left by the demo")

    interrupted = subprocess.Popen([ROOT / "tools/demo"], env=environment(), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    begun = ""
    for line in interrupted.stdout:
        begun += line
        if line.startswith("It stops by itself"):
            break
    time.sleep(2)
    os.killpg(interrupted.pid, signal.SIGINT)  # as Ctrl-C on a terminal does
    try:
        output, _ = interrupted.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(interrupted.pid, signal.SIGKILL)
        output, _ = interrupted.communicate()
        checks.check(False, "the demo does not stop on Ctrl-C")
    checks.equal(interrupted.returncode, 130, f"exit code after Ctrl-C: {begun[-100:]}{output[-300:]}")
    time.sleep(0.5)
    checks.equal(leftovers(before), [], "processes left after Ctrl-C")
    checks.finish()


if __name__ == "__main__":
    main()
