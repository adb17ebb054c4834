"""A QEMU guest: its shell, its screen, its USB port and the lines of its header, driven from the host.

QMP switches devices and takes pictures; qtest presses lines of the PL061 and hears those that the guest drives; a
virtio port carries a root shell. Everything that waits has a limit and says what it waited for.
"""
import json
import os
import pathlib
import select
import socket
import struct
import subprocess
import threading
import time
import zlib

START = b"GUEST READY"


class Dead(Exception):
    """The guest is not there any more, or does not answer."""


def connect(path, seconds=20):
    end = time.monotonic() + seconds
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(str(path))
            return s
        except (FileNotFoundError, ConnectionRefusedError):
            s.close()
            if time.monotonic() > end:
                raise Dead(f"nobody listens at {path}") from None
            time.sleep(0.05)


def urgent():
    """Before other work of this machine, if we may: a guest that is kept waiting takes its mat for silent."""
    try:
        os.nice(-15)
    except PermissionError:
        pass


FIRST = min(os.sched_getaffinity(0))  # the host's processor that is for the guest's first, and nothing else


def beside():
    """This process, and what it will start, off the processor of the guest's first."""
    others = os.sched_getaffinity(0) - {FIRST}
    if others:
        os.sched_setaffinity(0, others)


def prompt():
    """Before the guest, too: the mat and its cable, which do little but must do it in time."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass


def prompt_too(thread):
    """A thread of the emulator that must not be kept waiting: its first one, which holds the lock of all devices while it
    serves one, and the guest's first processor. Others get slices of milliseconds even from a nice 15 lower."""
    try:
        os.sched_setscheduler(thread, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        pass


def ppm_to_png(ppm, png):
    data = pathlib.Path(ppm).read_bytes()
    fields = data.split(maxsplit=4)[:4]
    width, height = int(fields[1]), int(fields[2])
    pixels = data[len(data) - width * height * 3:]
    rows = b"".join(b"\0" + pixels[i * width * 3:(i + 1) * width * 3] for i in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pathlib.Path(png).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
        chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b""))
    return width, height, pixels


class Lines:
    """The header: PL061, eight lines. press() drives an input; heard is what the guest did to its outputs."""

    def __init__(self, path):
        self.socket = connect(path)
        self.lock = threading.Lock()
        self.answer = threading.Event()
        self.levels, self.heard = {}, []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        buffer = b""
        while True:
            try:
                data = self.socket.recv(4096)
            except OSError:
                return
            if not data:
                return
            buffer += data
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                words = line.decode().split()
                if words[:1] == ["IRQ"]:
                    self.levels[int(words[2])] = words[1] == "raise"
                    self.heard.append((time.monotonic(), int(words[2]), words[1] == "raise"))
                elif words[:1] == ["OK"]:
                    self.answer.set()

    def say(self, text):
        with self.lock:
            self.answer.clear()
            self.socket.sendall(text.encode() + b"\n")
            if not self.answer.wait(10):
                raise Dead(f"qtest does not answer to {text}")

    def watch(self, device):
        self.device = device
        self.say(f"irq_intercept_out {device}")

    def set(self, line, level):
        self.say(f"set_irq_in {self.device} unnamed-gpio-in {line} {int(level)}")

    def press(self, line, seconds=0.3, bounces_ms=()):
        """A button is pressed and let go, its contact bouncing as real ones do."""
        for ms in bounces_ms:
            self.set(line, 1)
            time.sleep(ms / 1000)
            self.set(line, 0)
            time.sleep(ms / 1000)
        self.set(line, 1)
        time.sleep(seconds)
        self.set(line, 0)

    def rises(self, line, since):
        return [at for at, n, up in list(self.heard) if n == line and up and at >= since]


class Usb:
    """The mat's USB serial adapter: bytes between the guest's port and a pseudo-terminal on the host."""

    def __init__(self, path, terminal):
        self.path, self.terminal, self.stopped = path, terminal, False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        prompt()
        guest = connect(self.path)
        mat = os.open(self.terminal, os.O_RDWR | os.O_NOCTTY)
        while not self.stopped:
            ready, _, _ = select.select([guest, mat], [], [], 0.2)
            try:
                if guest in ready:
                    data = guest.recv(65536)
                    if not data:
                        break
                    os.write(mat, data)
                if mat in ready:
                    guest.sendall(os.read(mat, 65536))
            except OSError:
                break
        guest.close()
        os.close(mat)

    def stop(self):
        self.stopped = True
        self.thread.join(5)


class Machine:
    def __init__(self, folder, run, disk, share):
        """`folder`: kernel and initrd; `run`: a folder for sockets and logs; `disk`: an image that is written to."""
        self.run = pathlib.Path(run)
        self.run.mkdir(parents=True, exist_ok=True)
        for old in self.run.glob("*.sock"):
            old.unlink()
        r = self.run
        self.command = [
            "qemu-system-aarch64", "-M", "virt", "-accel", "tcg,thread=multi", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024",
            "-display", "none", "-nodefaults", "-no-reboot", "-kernel", f"{folder}/vmlinuz", "-initrd", f"{folder}/initrd",
            "-append", "root=/dev/vda rw console=ttyAMA0 quiet nokaslr systemd.show_status=1",
            "-drive", f"file={disk},format=qcow2,if=none,id=d0,cache=writeback", "-device", "virtio-blk-pci,drive=d0",
            "-serial", f"file:{r}/console.log", "-qmp", f"unix:{r}/qmp.sock,server=on,wait=off",
            "-qtest", f"unix:{r}/qtest.sock,server=on,wait=off", "-qtest-log", "none",
            "-device", "virtio-serial-pci", "-chardev", f"socket,id=test,path={r}/test.sock,server=on,wait=off",
            "-device", "virtserialport,chardev=test,name=test",
            "-virtfs", f"local,path={share},mount_tag=host,security_model=none,id=host",
            "-device", "virtio-gpu-pci,xres=800,yres=480",
            "-device", "qemu-xhci,id=xhci", "-chardev", f"socket,id=mat,path={r}/mat.sock,server=on,wait=off",
            "-device", "usb-serial,chardev=mat,always-plugged=on,id=mat,serial=SIM-0001"]
        self.process = self.qmp_file = None

    def start(self, seconds=180):
        began = time.monotonic()
        self.process = subprocess.Popen(self.command, stderr=open(self.run / "qemu.err", "w"),
                                        preexec_fn=urgent)
        self.qmp_socket = connect(self.run / "qmp.sock")
        self.qmp_file = self.qmp_socket.makefile("rw")
        self.qmp_file.readline()
        self.qmp("qmp_capabilities")
        first = self.qmp("query-cpus-fast")[0]["thread-id"]
        os.sched_setaffinity(first, {FIRST})
        prompt_too(self.process.pid)
        prompt_too(first)
        self.shell = connect(self.run / "test.sock")
        self.buffer, self.n = b"", 0
        self.lines = Lines(self.run / "qtest.sock")
        for child in self.qmp("qom-list", path="/machine/unattached"):
            if child["type"] == "child<pl061>":
                self.lines.watch(f"/machine/unattached/{child['name']}")
        self.read_until(START, seconds)
        return time.monotonic() - began

    def qmp(self, command, **arguments):
        self.qmp_file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp_file.flush()
        while True:
            line = self.qmp_file.readline()
            if not line:
                raise Dead(f"QEMU ended: {(self.run / 'qemu.err').read_text()[-500:]}")
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def read_until(self, mark, seconds):
        end = time.monotonic() + seconds
        while mark not in self.buffer:
            if self.process.poll() is not None:
                raise Dead(f"QEMU ended: {(self.run / 'qemu.err').read_text()[-500:]}")
            if not select.select([self.shell], [], [], 0.5)[0]:
                if time.monotonic() > end:
                    raise Dead(f"no {mark!r} within {seconds} s; the last it said: {self.buffer[-1500:]!r}")
                continue
            data = self.shell.recv(65536)
            if not data:
                raise Dead("the guest closed its port")
            self.buffer += data
        at = self.buffer.index(mark) + len(mark)
        text, self.buffer = self.buffer[:at], self.buffer[at:]
        return text

    def sh(self, command, seconds=60, check=False):
        """Run a command line in the guest's root shell. Returns (exit code, output)."""
        self.n += 1
        mark = f"_end_{self.n}_"
        # Broken in two, so that the shell's echo of the command is not taken for its end.
        self.shell.sendall(f"{{ {command}\n}} 2>&1; code=$?; echo; echo \"$code _end\"\"_{self.n}_\"\n".encode())
        text = self.read_until(mark.encode(), seconds).decode(errors="replace")
        body, _, code = text[:-len(mark)].rstrip().rpartition("\n")
        if check and int(code) != 0:
            raise RuntimeError(f"{command}: exit {code}: {body[-800:]}")
        return int(code), body.strip("\n")

    def wait(self, command, what, seconds=60, every=0.5):
        """Repeat a command until it succeeds. Returns the seconds it took and its output."""
        began = time.monotonic()
        while True:
            code, text = self.sh(command)
            if code == 0:
                return time.monotonic() - began, text
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"no {what} within {seconds} s: {text[-600:]}")
            time.sleep(every)

    def picture(self, png):
        ppm = self.run / "screen.ppm"
        self.qmp("screendump", filename=str(ppm))
        return ppm_to_png(ppm, png)

    def unplug(self):
        self.qmp("device_del", id="mat")

    def plug(self):
        self.qmp("device_add", driver="usb-serial", chardev="mat", id="mat", bus="xhci.0", serial="SIM-0001")

    def cut_power(self):
        """As if the plug were pulled: nothing is flushed that the guest did not flush itself."""
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self):
        for s in (self.qmp_socket, self.shell, self.lines.socket):
            s.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
