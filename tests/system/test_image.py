"""tools/make-image on a card image made here: what it adds is there, what it is given stays as it was."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from station import Checks, ROOT, SANITIZED, skip

PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
BOOT_AT, ROOT_AT, SIZE = 4 << 20, 36 << 20, 68 << 20


def run(*arguments, **more):
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True, env={**os.environ, "PATH": PATH},
                          **more)


def make_card(folder):
    """A card as Raspberry Pi OS has it, with next to nothing in it."""
    card, tree = folder / "base.img", folder / "tree"
    for path in ("opt", "etc/systemd/system/multi-user.target.wants"):
        (tree / path).mkdir(parents=True)
    with open(card, "wb") as f:
        f.truncate(SIZE)
    table = f"label: dos\nstart={BOOT_AT // 512}, size={(ROOT_AT - BOOT_AT) // 512}, type=c\nstart={ROOT_AT // 512}, type=83\n"
    run("sfdisk", card, input=table).check_returncode()
    run("mke2fs", "-q", "-t", "ext4", "-d", tree, "-E", f"offset={ROOT_AT}", card, "30M").check_returncode()
    run("mformat", "-i", f"{card}@@{BOOT_AT}", "-T", (ROOT_AT - BOOT_AT) // 512, "::").check_returncode()
    for name, text in (("config.txt", "dtoverlay=vc4-kms-v3d\n"), ("cmdline.txt", "console=tty1 root=PARTUUID=1 rootwait\n")):
        (folder / name).write_text(text)
        run("mcopy", "-i", f"{card}@@{BOOT_AT}", folder / name, f"::{name}").check_returncode()
    return card


def read(card, path):
    return run("debugfs", "-R", f"cat {path}", f"{card}?offset={ROOT_AT}").stdout


def main():
    for tool in ("debugfs", "mcopy", "mformat", "sfdisk", "mke2fs", "xz"):
        if not shutil.which(tool, path=PATH):
            skip(f"{tool} is not installed (packages e2fsprogs, mtools, fdisk, xz-utils)")
    if SANITIZED:
        skip("nothing of it is compiled")
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="stance-image-") as name:
        folder = pathlib.Path(name)
        card, debs = make_card(folder), folder / "debs"
        before = card.read_bytes()
        debs.mkdir()
        tool = ROOT / "tools/make-image"
        done = run(tool, card, folder / "out.img", "--debs", debs)
        checks.check(done.returncode != 0 and "make deb ARCH=arm64" in done.stderr, f"without packages: {done.stderr}")
        for package in ("stance", "stance-ui", "stance-report", "stance-sim"):
            (debs / f"{package}_0.1.0_arm64.deb").write_text(f"this is {package}")
        done = run(tool, card, folder / "out.img", "--debs", debs, "--display", "dtoverlay=vc4-kms-dsi-7inch", "--language",
                   "de_DE.UTF-8")
        checks.equal(done.returncode, 0, f"make-image: {done.stdout} {done.stderr}")
        checks.check(card.read_bytes() == before, "the base image was changed")
        out = folder / "out.img"
        checks.equal(read(out, "/opt/stance-setup/stance-ui_0.1.0_arm64.deb"), "this is stance-ui", "a package in it")
        checks.check("apt-get install" in read(out, "/opt/stance-setup/install"), "the first start")
        checks.check("Type=oneshot" in read(out, "/etc/systemd/system/multi-user.target.wants/stance-first-start.service") or
                     "stance-first-start" in run("debugfs", "-R", "ls /etc/systemd/system/multi-user.target.wants",
                                                 f"{out}?offset={ROOT_AT}").stdout, "it is enabled")
        checks.check("language = de" in read(out, "/etc/stance/stance.conf.d/60-image.conf"), "the language")
        found = run("mcopy", "-n", "-i", f"{out}@@{BOOT_AT}", "::config.txt", "-").stdout
        checks.check("vc4-kms-v3d" in found and "vc4-kms-dsi-7inch" in found, f"config.txt: {found}")
        found = run("mcopy", "-n", "-i", f"{out}@@{BOOT_AT}", "::cmdline.txt", "-").stdout
        checks.check(found.count("\n") == 1 and "rootwait quiet consoleblank=0" in found, f"cmdline.txt: {found!r}")
        done = run("e2fsck", "-fn", f"{out}?offset={ROOT_AT}")
        checks.equal(done.returncode, 0, f"its file system is whole: {done.stdout} {done.stderr}")
        done = run(tool, card, out, "--debs", debs)
        checks.check(done.returncode != 0 and "exists already" in done.stderr, "an image that is there is not overwritten")
        (folder / "small.img").write_bytes(b"\0" * (1 << 20))
        done = run(tool, folder / "small.img", folder / "no.img", "--debs", debs)
        checks.check(done.returncode != 0 and not (folder / "no.img").exists(), f"a file that is no card: {done.stderr}")
    checks.finish()


if __name__ == "__main__":
    main()
