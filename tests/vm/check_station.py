#!/usr/bin/env python3
"""The booted station: an arm64 machine of its own with the packages installed, a person on a USB mat, buttons and lamps at
its header, a display and a touch panel. From the first boot to a power cut and back; each step with its time.

  check_station.py VM-FOLDER PICTURES-FOLDER
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from machine import Machine, Usb, beside, prompt, urgent

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = ROOT / "build/release/bin"
START, GATE, TARE, READY, MEASURING, FAULT, PULSE = 0, 1, 2, 4, 5, 6, 7
PULSE_EVERY = 25
CONFIG = f"""[gpio]
chip = 9030000.pl061
start = {START}
tare = {TARE}
ready = {READY}
measuring = {MEASURING}
fault = {FAULT}
sync_gate = {GATE}
sync_pulse = {PULSE}
pulse_every = {PULSE_EVERY}

[ui]
role = far
profile = 800x480
"""
RATE_HZ = 25


class Failed(Exception):
    pass


def need(good, text):
    if not good:
        raise Failed(text)


class Person:
    """stance-sim on the host, told what to do line by line."""

    def __init__(self, folder):
        self.link = folder / "mat"
        self.process = subprocess.Popen(
            [BIN / "stance-sim", "--link", self.link, "--rows", "32", "--cols", "32", "--pitch-mm", "15", "--rate-hz",
             str(RATE_HZ), "--max-rate-hz", str(RATE_HZ), "--stance", "none", "--left-frac", "0.56", "--serial", "SIM-0001", "--seed",
             "7", "--script", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(folder / "sim.err", "w"),
            text=True, bufsize=1, preexec_fn=prompt)
        for _ in range(100):
            if self.link.is_symlink():
                return
            time.sleep(0.05)
        raise Failed(f"stance-sim has no mat: {(folder / 'sim.err').read_text()}")

    def do(self, text):
        self.process.stdin.write(text + "\n")
        answer = self.process.stdout.readline()
        while answer and not answer.startswith(("ok", "error")):
            answer = self.process.stdout.readline()
        need(answer.startswith("ok"), f"stance-sim: {text}: {answer.strip()}")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Station:
    def __init__(self, vm, pictures):
        self.vm, self.pictures = pathlib.Path(vm), pathlib.Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.run = self.vm / "run"
        shutil.rmtree(self.run, ignore_errors=True)
        self.run.mkdir(parents=True)
        self.disk = self.run / "disk.qcow2"
        self.installed = os.environ.get("STANCE_VM_INSTALLED")  # a disk of an earlier run, when the steps are worked on
        if self.installed:
            shutil.copy(self.installed, self.disk)
        else:
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", self.vm.resolve() / "guest.ext4", "-F",
                            "raw", self.disk], check=True)
        self.machine = Machine(self.vm, self.run, self.disk, self.vm / "share")
        self.person, self.usb, self.began = Person(self.run), None, time.monotonic()
        self.n_pictures = 0

    # --- what the steps share ---

    def boot(self):
        self.machine.start()
        self.usb = Usb(self.run / "mat.sock", os.path.realpath(self.person.link))

    def sh(self, command, seconds=60):
        return self.machine.sh(command, seconds, check=True)[1]

    def json(self, command, seconds=60):
        text = self.machine.sh(command, seconds)[1]
        try:
            return json.loads(text[text.index("{"):])
        except ValueError:
            raise Failed(f"{command} printed no document: {text[-400:]}") from None

    def status(self):
        return self.json("stance status --json")

    def until(self, what, test, seconds=90, every=0.5):
        """Wait until test() is true. Returns the seconds that took."""
        began = time.monotonic()
        while not test():
            if time.monotonic() - began > seconds:
                raise Failed(f"not within {seconds} s: {what}")
            time.sleep(every)
        return time.monotonic() - began

    def lamp(self, line, on=True):
        return self.machine.lines.levels.get(line, False) == on

    def picture(self, name):
        self.n_pictures += 1
        path = self.pictures / f"{self.n_pictures:02d}-{name}.png"
        return self.machine.picture(path)

    def shows_something(self, picture):
        width, _, pixels = picture
        colours = {pixels[i:i + 3] for i in range(0, len(pixels) - 2, 3 * 97)}
        return width == 800 and len(colours) > 8

    def same_as_drawn(self, name, role="far"):
        """The display against the same screen drawn by the software renderer, in the guest: the part of pixels that differ
        by more than 24 of 255 in a channel. What moves between the two pictures is in it."""
        self.sh(f"SDL_VIDEODRIVER=dummy stance-ui --role {role} --profile 800x480 --screenshot /tmp/drawn.png --config "
                "/etc/stance/stance.conf.d/50-test.conf && cp /tmp/drawn.png /host/drawn.png", 120)
        shutil.copy(self.vm / "share/drawn.png", self.pictures / f"{self.n_pictures:02d}-{name}-drawn.png")
        return self.pictures / f"{self.n_pictures:02d}-{name}-drawn.png"

    # --- the scenario ---

    def install(self):
        """A fresh Debian: the line of docs/station.md, and the station runs without a further word."""
        self.boot()
        self.machine.wait("systemctl is-active multi-user.target", "multi-user", 120)
        self.sh("cd /host && apt install -y ./stance_*.deb ./stance-ui_*.deb ./stance-report_*.deb >/dev/null 2>&1", 300)
        need("active" in self.sh("systemctl is-active stanced.service stanced.socket stance-ui.service"), "services run")
        self.sh(f"cat >/etc/stance/stance.conf.d/50-test.conf <<'X'\n{CONFIG}X")
        # A Pi has four processors. Of the emulated two the daemon has the one that the host does nothing else on.
        for unit, processor in (("stanced", 0), ("stance-ui", 1)):
            self.sh(f"mkdir /etc/systemd/system/{unit}.service.d; "
                    f"printf '[Service]\\nCPUAffinity={processor}\\n' >/etc/systemd/system/{unit}.service.d/test.conf")
        self.sh("echo uinput >/etc/modules-load.d/test.conf; sync; systemctl poweroff || true")
        self.machine.process.wait(60)
        self.machine.close()
        self.usb.stop()
        shutil.copy(self.disk, self.vm / "installed.qcow2")

    def boot_to_ready(self):
        """Switched on: the green lamp, and a screen that invites."""
        self.boot()
        self.until("the ready lamp", lambda: self.lamp(READY), 150)
        self.until("a picture on the display", lambda: self.shows_something(self.picture_quietly()), 90, 2)
        time.sleep(4)
        need(self.shows_something(self.picture("attract")), "the attract screen")
        need(self.lamp(FAULT, False) and self.lamp(MEASURING, False), "only the green lamp is lit")
        failed = self.sh("systemctl --failed --no-legend --plain | grep -i stance || true")
        need(not failed, f"failed units: {failed}")

    def picture_quietly(self):
        return self.machine.picture(self.run / "look.png")

    def train(self):
        """She steps on, and a training begins by itself; she steps off, and it ends kindly."""
        self.person.do("after 0 step-on")
        self.until("a training that runs", lambda: self.training() == "exercise", 90)
        time.sleep(3)
        need(self.shows_something(self.picture("training")), "the training on the display")
        self.person.do("after 0 step-off")
        time.sleep(5)
        self.picture("paused")
        self.until("its end", lambda: self.training() in ("off", "attract", "result"), 120)

    def training(self):
        return self.json("stance training status --json").get("state")

    def trial(self):
        """The button starts what is planned; lamps, gate and pulses follow; the result is stored."""
        self.sh("stance patient add P-1 --sex F --born 1950 --stature-m 1.62")
        self.sh("stance visit start --patient P-1 --plan quick")
        self.sh("sed -i 's/^attract = 1/attract = 0/' /etc/stance/stance.conf.d/10-station.conf; systemctl restart stanced")
        self.until("the ready lamp", lambda: self.lamp(READY), 60)
        time.sleep(20)  # the mat's clock is found to a fraction of a millisecond; before, no pulse is sent
        self.person.do("after 0 step-on")
        time.sleep(3)
        begun = time.monotonic()
        for self.tries in range(1, 4):
            since = time.monotonic()
            self.machine.lines.press(START, 0.3, bounces_ms=(1, 3, 8, 2, 15))
            self.until("the amber lamp", lambda: self.lamp(MEASURING), 30, 0.1)
            if self.measures():
                break
            # An emulated machine that gets no time takes its mat for silent: said, and tried again.
            print(f"         the trial was interrupted: {self.newest()['quality']['reasons']}", flush=True)
        else:
            raise Failed("three trials in a row were interrupted")
        gate_up = time.monotonic()
        need(self.shows_something(self.picture("trial")), "the trial on the display")
        self.until("the gate's end", lambda: self.lamp(GATE, False), 120, 0.1)
        gate_s = time.monotonic() - gate_up
        self.until("the amber lamp's end", lambda: self.lamp(MEASURING, False), 60, 0.1)
        self.until("a stored trial", lambda: self.status()["store"]["trials"] == self.tries, 60)
        trial = self.newest()
        need(trial["id"] == self.tries, f"one press is one trial, bounces or not: {trial['id']} of {self.tries}")
        need(trial["quality"]["verdict"] != "interrupted", f"{trial['quality']}")
        pulses = self.machine.lines.rises(PULSE, since)
        expected = trial["duration_s"] * RATE_HZ / PULSE_EVERY
        gpio = self.status()["gpio"]
        # A pulse that would come later than half a millisecond is left out. Where others keep the host busy, an emulated
        # processor loses it for milliseconds: such pulses are late, and this fails; a quiet one has none.
        need(expected / 2 <= len(pulses) <= expected + 1, f"{len(pulses)} pulses in {trial['duration_s']} s, at most {expected:.0f}")
        heard = len(self.machine.lines.rises(PULSE, begun))
        need(heard == gpio["pulses"], f"{heard} pulses heard, {gpio['pulses']} counted by the daemon")
        need(gpio["pulses_off"] == 0, f"{gpio['pulses_off']} of {len(pulses)} pulses more than 1 ms from their frames")
        need(abs(trial["weight"]["left_frac"] - 0.56) < 0.02, f"left share {trial['weight']['left_frac']}, truth 0.56")
        self.first = trial
        print(f"         gate up for {gate_s:.1f} s, {len(pulses)} of {expected:.0f} pulses, {gpio['pulses_off']} more than 1 ms from their "
              f"frames; left share {trial['weight']['left_frac']:.3f}")
        need(self.shows_something(self.picture("result")), "the result on the display")

    def measures(self):
        """Wait until the trial that was begun measures (True) or has ended (False)."""
        self.until("the gate, or the trial's end", lambda: self.lamp(GATE) or self.lamp(MEASURING, False), 90, 0.1)
        return self.lamp(GATE)

    def newest(self):
        trials = self.json("stance trial list --json")["trials"]
        return self.json(f"stance trial show {trials[0]['id']} --json")

    def report(self):
        """A sheet of the report as the screen has it drawn: by its own account, in the sandbox of its own unit."""
        sheet = "/var/lib/stance-ui/sheet.png"
        self.sh("sed -e '/^Type=/d; /^TTY/d; /^StandardInput/d; /^Restart/d; /^Conflicts/d; /^After=/d' -e 's|^ExecStart=.*|Type=oneshot\\n"
                f"ExecStart=/usr/bin/stance-report --socket= --visit=1 --preview --count --page=1 --dpi=80 --output={sheet}|' "
                "/usr/lib/systemd/system/stance-ui.service >/run/systemd/system/test-sheet.service && systemctl daemon-reload")
        code, said = self.machine.sh("systemctl start test-sheet || journalctl --no-pager -n 20 -u test-sheet")
        need(code == 0 and not said, f"stance-report as the screen's account: {said}")
        need("stance-ui" in self.sh(f"stat -c %U {sheet}"), "the sheet is the account's")
        self.sh(f"cp {sheet} /host/sheet.png && rm {sheet} && chmod 644 /host/sheet.png")
        self.n_pictures += 1
        shutil.copy(self.vm / "share/sheet.png", self.pictures / f"{self.n_pictures:02d}-sheet.png")

    def compare(self):
        """The display shows what the software renderer draws."""
        self.person.do("after 0 step-off")
        time.sleep(6)
        shown = self.picture("display")
        drawn = self.same_as_drawn("display")
        done = subprocess.run([sys.executable, ROOT / "tests/vm/compare.py", self.pictures /
                               f"{self.n_pictures:02d}-display.png", drawn], capture_output=True, text=True)
        print(f"         {done.stdout.strip()}")
        need(done.returncode == 0 and shown, f"display and drawing differ: {done.stdout} {done.stderr}")

    def touch(self):
        """A finger on the panel: the one display changes to the clinician."""
        self.sh("rm -f /tmp/fingers; mkfifo /tmp/fingers; (/host/touch 800 480 </tmp/fingers &) ; exec 7>/tmp/fingers; sleep 3")
        before = self.picture("before-touch")[2]
        self.sh("echo tap 693 433 >&7; sleep 5")
        after = self.picture("after-touch")[2]
        changed = sum(before[i] != after[i] for i in range(0, len(before), 31)) / (len(before) / 31)
        print(f"         {100 * changed:.1f} % of the picture changed")
        self.sh("exec 7>&-")
        need(changed > 0.05, "a touch that does something")
        self.sh("systemctl restart stance-ui")
        self.until("the screen again", lambda: self.shows_something(self.picture_quietly()), 90, 2)

    def replug(self):
        self.usb.stop()  # first: QEMU 7.2 dies of bytes that come while it takes the device away
        self.machine.unplug()
        down = self.until("the red lamp", lambda: self.lamp(FAULT), 30, 0.1)
        time.sleep(2)
        need(self.shows_something(self.picture("unplugged")), "the screen says so")
        self.machine.plug()
        self.usb = Usb(self.run / "mat.sock", os.path.realpath(self.person.link))
        up = self.until("the ready lamp again", lambda: self.lamp(READY), 60, 0.1)
        print(f"         red after {down:.1f} s, ready {up:.1f} s after the plug")

    def killed(self):
        pid = self.sh("systemctl show -P MainPID stanced")
        self.sh(f"kill -9 {pid}")
        took = self.until("another daemon", lambda: self.sh("systemctl show -P MainPID stanced") not in (pid, "0"), 30)
        self.until("the ready lamp", lambda: self.lamp(READY), 60, 0.1)
        self.until("the trials", lambda: self.status()["store"]["trials"] == self.tries, 30)  # unknown while the store opens
        need(self.sh("systemctl is-active stance-ui") == "active", "the screen lives on")
        print(f"         systemd started it again within {took:.1f} s")

    def power_cut(self):
        """In the middle of a trial the plug is pulled: what was stored is there, what ran is kept as interrupted."""
        self.person.do("after 0 step-on")
        time.sleep(2)
        self.machine.lines.press(START)
        self.until("the gate", lambda: self.lamp(GATE), 60, 0.1)
        time.sleep(8)
        self.machine.cut_power()
        self.usb.stop()
        self.person.do("after 0 step-off")

    def boot_again(self):
        self.boot()
        self.until("the ready lamp", lambda: self.lamp(READY), 150)
        trial = self.json(f"stance trial show {self.first['id']} --json")
        need({k: v for k, v in trial.items() if k != "visit"} == {k: v for k, v in self.first.items() if k != "visit"},
             "the first trial is what it was, to the digit")
        self.until("the interrupted trial", lambda: len(self.json("stance trial list --json")["trials"]) == self.tries + 1, 60)
        verdicts = [t["verdict"] for t in self.json("stance trial list --json")["trials"]]
        need("interrupted" in verdicts, f"verdicts {verdicts}")
        need(self.json("stance audit verify --json").get("ok") is True, "the audit log's chain is whole")
        self.until("a picture on the display", lambda: self.shows_something(self.picture_quietly()), 90, 2)
        time.sleep(4)
        self.picture("again")

    def first_start(self):
        """What docs/station.md has a technician do once, word for word."""
        self.sh("useradd -m anna && usermod -aG stance,stance-technician anna")
        need("mat" in self.sh("runuser -u anna -- stance doctor || true"), "stance doctor says what is there")
        need(self.json("runuser -u anna -- stance status --json")["mat"]["state"] == "streaming", "the technician may look")
        self.sh("printf '2468\\n2468\\n' | stance station pin")
        code, said = self.machine.sh("runuser -u anna -- stance patient add P-9 --sex F --born 1950")
        need(code != 0 and "clinician" in said, f"a technician adds no patients: {said}")

    def steps(self):
        install = [] if self.installed else [("the packages are installed", self.install)]
        return install + [("boot to ready lamp and attract screen", self.boot_to_ready),
                ("stepping on begins a training", self.train), ("the button starts a trial, lines follow, it is stored", self.trial),
                ("the report's sheet, drawn by the screen's account", self.report),
                ("the display against the software renderer", self.compare), ("a finger on the panel", self.touch),
                ("the mat is unplugged and plugged in again", self.replug), ("the daemon is killed", self.killed),
                ("the power is cut during a trial", self.power_cut), ("boot again, everything is there", self.boot_again),
                ("a technician's first start", self.first_start)]

    def close(self):
        self.machine.stop()
        self.person.stop()

    def whats_wrong(self):
        try:
            print(self.machine.sh("journalctl --no-pager -n 40 -u stanced -u stance-ui; stance status", 30)[1])
            self.picture("failed")
        except Exception as error:  # pylint: disable=broad-except; the guest may be gone
            print(f"(the guest says nothing more: {error})")


def main():
    urgent()
    beside()
    station = Station(sys.argv[1], sys.argv[2])
    try:
        for text, step in station.steps():
            began = time.monotonic()
            try:
                step()
            except Exception as error:  # pylint: disable=broad-except; every failure is told with its step
                print(f"FAILED   {text}: {error}", flush=True)
                station.whats_wrong()
                return 1
            print(f"{time.monotonic() - began:6.1f} s  {text}", flush=True)
    finally:
        station.close()
    print(f"the station works; pictures in {station.pictures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
