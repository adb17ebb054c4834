"""What systemd and udev are given: units without a mistake and with little to attack, accounts, a catalogue that explains
each event of the log. From a staged root: nothing of this machine is changed."""
import pathlib
import re
import shutil
import subprocess
import tempfile

from station import Checks, ROOT, SANITIZED, need, skip
from test_install import make

# systemd-analyze's exposure, 0 (nothing to attack) to 10.
LIMITS = {"stanced.service": 1.0, "stance-ui.service": 1.5}


def analyze(stage, *arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{stage}/usr/lib/systemd/system:"})


def verified(checks, stage):
    """The commands of staged units are where they were staged: verify looks for them at their final place."""
    folder = pathlib.Path(stage) / "usr/lib/systemd/system"
    for unit in sorted(folder.iterdir()):
        text = unit.read_text()
        checks.check("@" not in re.sub(r"\S+@\S+\.(service|socket|target)|~?@[a-z-]+", "", text),
                     f"{unit.name} has a place that was not filled in")
        text = text.replace("ExecStart=/usr/bin/cage -d -- ", "ExecStart=")  # need not be installed here
        unit.write_text(re.sub(r"(?<![\w/])/usr/bin/(?=stance)", f"{stage}/usr/bin/", text))
    for unit in sorted(folder.iterdir()):
        done = analyze(stage, "verify", "--man=no", "--recursive-errors=no", str(unit))
        checks.check(done.returncode == 0 and not done.stderr.strip(), f"verify {unit.name}: {done.stderr}")


def exposed(checks, stage):
    for name, limit in LIMITS.items():
        done = analyze(stage, "security", "--offline=yes", f"--threshold={round(limit * 10)}",
                       f"{stage}/usr/lib/systemd/system/{name}")
        found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        if checks.check(found, f"no exposure of {name}: {done.stderr}"):
            checks.within(float(found.group(1)), limit, f"exposure of {name}")


def accounts(checks, stage):
    """Every user and group that a unit, a rule or a folder names is made, or is one of Debian's own."""
    debians = {"root", "dialout", "video", "render", "input", "audio", "tty"}
    text = (pathlib.Path(stage) / "usr/lib/sysusers.d/stance.conf").read_text()
    made = set(re.findall(r"^[ug]\s+(\S+)", text, re.M))
    named = set()
    for unit in (pathlib.Path(stage) / "usr/lib/systemd/system").iterdir():
        for key in ("User", "Group", "SupplementaryGroups", "SocketUser", "SocketGroup"):
            for names in re.findall(rf"^{key}=(.+)$", unit.read_text(), re.M):
                named |= set(names.split())
    for names in re.findall(r"^(?:station|clinician|technician) = (\S+)$", (ROOT / "systemd/station.conf").read_text(),
                            re.M):
        named.add(names)
    for rules in (pathlib.Path(stage) / "usr/lib/udev/rules.d").iterdir():
        named |= set(re.findall(r'GROUP="(\S+?)"', rules.read_text()))
    checks.equal(named - made - debians, set(), "accounts that are named but never made")
    root = pathlib.Path(stage) / "accounts"
    (root / "etc").mkdir(parents=True)
    done = subprocess.run(["systemd-sysusers", f"--root={root}", f"{stage}/usr/lib/sysusers.d/stance.conf"],
                          capture_output=True, text=True)
    checks.equal(done.returncode, 0, f"systemd-sysusers: {done.stderr}")
    groups = {line.split(":")[0]: line.split(":")[3].split(",")
              for line in (root / "etc/group").read_text().splitlines()}
    checks.check("stance-ui" in groups.get("stance-technician", []), f"the screen is no technician: {groups}")


def explained(checks, stage):
    """Each event has an entry, each entry an event, and each says what to do."""
    ids = set(re.findall(r'= "([0-9a-f]{32})"', (ROOT / "src/base/log_event.c").read_text()))
    catalogue = (pathlib.Path(stage) / "usr/lib/systemd/catalog/stance.catalog").read_text()
    entries = dict(re.findall(r"^-- ([0-9a-f]{32})\n(.*?)(?=^-- |\Z)", catalogue, re.M | re.S))
    checks.equal(set(entries), ids, "entries of the catalogue, and events of the log")
    for key, text in entries.items():
        checks.check("What to do:" in text and "Subject:" in text, f"entry {key} does not help: {text}")
    root = pathlib.Path(stage) / "journal"
    (root / "usr/lib/systemd/catalog").mkdir(parents=True)
    (root / "var/lib/systemd/catalog").mkdir(parents=True)
    shutil.copy(pathlib.Path(stage) / "usr/lib/systemd/catalog/stance.catalog", root / "usr/lib/systemd/catalog")
    done = subprocess.run(["journalctl", f"--root={root}", "--update-catalog"], capture_output=True, text=True)
    checks.check(done.returncode == 0 and (root / "var/lib/systemd/catalog/database").exists(),
                 f"journalctl takes the catalogue: {done.stderr}")


def built_with(checks):
    """What `make deps` installs for the programs, the packages name too."""
    control = (ROOT / "debian/control").read_text().split("\n\n")[0]
    libraries = set(re.findall(r"\blib[a-z0-9.+-]+-dev\b", (ROOT / "tools/install-deps").read_text()))
    libraries |= {"zlib1g-dev"}
    checks.equal({p for p in libraries - {"libcmocka-dev", "libc6-dev"} if p not in control and "clang" not in p}, set(),
                 "libraries of tools/install-deps that debian/control does not name")


def rules(checks, stage):
    """Labels meet their jumps; where udevadm can verify, it does."""
    folder = pathlib.Path(stage) / "usr/lib/udev/rules.d"
    for path in folder.iterdir():
        text = path.read_text()
        checks.equal(set(re.findall(r'GOTO="(\w+)"', text)), set(re.findall(r'LABEL="(\w+)"', text)),
                     f"jumps and labels of {path.name}")
        if not shutil.which("udevadm"):
            print("  udevadm is not installed: labels only")
            continue
        done = subprocess.run(["udevadm", "verify", str(path)], capture_output=True, text=True)
        if "Unknown command" in done.stderr or "Unknown operation" in done.stderr:
            print("  udevadm verify came with systemd 254: labels only")
        else:
            checks.equal(done.returncode, 0, f"udevadm verify {path.name}: {done.stderr}")


def main():
    need("stanced", "stance-ui")
    if SANITIZED:
        skip("units are those of the release variant")
    for program in ("systemd-analyze", "systemd-sysusers", "journalctl"):
        if not shutil.which(program):
            skip(f"{program} is not installed (package systemd or udev)")
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="stance-units-") as stage:
        done = make("install", stage)
        if checks.equal(done.returncode, 0, f"make install: {done.stderr[-500:]}"):
            verified(checks, stage)
            exposed(checks, stage)
            accounts(checks, stage)
            explained(checks, stage)
            rules(checks, stage)
            built_with(checks)
    checks.finish()


if __name__ == "__main__":
    main()
