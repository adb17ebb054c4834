#!/usr/bin/env python3
"""Documents that must be the same to the last digit on every architecture: a recorded trial measured again, a series of COPs
analysed, feet analysed with what they say of the pelvis.

  digits.py [--wrap EMULATOR] BIN IN OUT     what is missing of IN is made first, by the programs of BIN themselves
"""
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

wrap = []
if sys.argv[1] == "--wrap":
    wrap, sys.argv[1:] = [sys.argv[2]], sys.argv[3:]
BIN, IN, OUT = (pathlib.Path(a).resolve() for a in sys.argv[1:4])


def stance(*arguments, **more):
    return subprocess.run([*wrap, BIN / "stance", *arguments], capture_output=True, text=True, check=True, **more).stdout


def make_series():
    """Sums of sines: the same on every machine only if they are written down."""
    with open(IN / "cop.csv", "w") as f:
        f.write("t_s,x_mm,y_mm,force_n\n")
        for i in range(3000):
            t = i / 100
            x = 3 * math.sin(1.7 * t) + 1.1 * math.sin(5.3 * t + 1) + 0.2 * math.sin(31 * t)
            y = 4 * math.sin(1.1 * t) + 1.4 * math.sin(4.1 * t + 2) + 0.3 * math.sin(27 * t)
            f.write(f"{t:.2f},{x:.6f},{y:.6f},{700 + 3 * math.sin(7 * t):.3f}\n")
    with open(IN / "feet.csv", "w") as f:
        f.write("t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm\n")
        for i in range(3000):
            t = i / 100
            a, b = 380 + 12 * math.sin(1.7 * t), 320 - 12 * math.sin(1.7 * t)
            f.write(f"{t:.2f},{a:.4f},{-90 + math.sin(t):.4f},{5 * math.sin(1.1 * t):.4f},{b:.4f},{91 + math.cos(t):.4f},"
                    f"{4 * math.sin(1.1 * t + .2):.4f}\n")


def make_recording():
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "XDG_RUNTIME_DIR": folder, "STANCE_SOCKET": f"{folder}/sock", "XDG_CONFIG_HOME": folder}
        sim = subprocess.Popen([BIN / "stance-sim", "--link", f"{folder}/mat", "--seed", "11", "--left-frac", "0.54",
                                "--quiet"])
        daemon = subprocess.Popen([BIN / "stanced", "--mat", f"{folder}/mat", "--state-dir", f"{folder}/state", "--socket",
                                   f"{folder}/sock"], env=env, stderr=subprocess.DEVNULL)
        try:
            for _ in range(50):
                if subprocess.run([BIN / "stance", "status"], env=env, capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            subprocess.run([BIN / "stance", "record", "-o", IN / "trial.stance", "--seconds", "25", "--quiet"], env=env, check=True)
        finally:
            for process in (daemon, sim):
                process.terminate()
                process.wait()


def main():
    IN.mkdir(parents=True, exist_ok=True)
    OUT.mkdir(parents=True, exist_ok=True)
    if not (IN / "feet.csv").exists():
        make_series()
    if not (IN / "trial.stance").exists():
        make_recording()
    documents = {
        "replay.json": ("replay", "trial.stance", "--json"),
        "cop-native.json": ("analyze", "cop", "cop.csv", "--json"),
        "cop-quijoux.json": ("analyze", "cop", "cop.csv", "--mode", "quijoux", "--json"),
        "feet.json": ("analyze", "feet", "feet.csv", "--mass-kg", "72", "--stature-m", "1.7", "--sex", "F", "--json"),
    }
    for name, arguments in documents.items():
        (OUT / name).write_text(stance(*arguments, cwd=IN))


if __name__ == "__main__":
    main()
