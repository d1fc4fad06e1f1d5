# SPDX-License-Identifier: Apache-2.0
"""Runs the demo in the foreground, stops a running one, or checks that a login goes through it."""
import argparse
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pages
from check import check
from processes import Trouble, free_port, is_root
from dashboard import Dashboard

FLOCK = "hhqqi4x"   # struct flock of 64-bit Linux: type, whence, start, length, pid


def runtime_directory() -> Path:
    """Where only we can create names: what lies there is ours."""
    if is_root():
        return Path("/run")
    directory = Path(os.environ.get("XDG_RUNTIME_DIR") or Path.home() / ".cache")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def lock_file(port: int) -> Path:
    return runtime_directory() / f"ikssoauth-demo-{port}.lock"


def lock(port: int):
    """Held as long as the demo runs; the kernel then knows its process id, so no stale number is ever trusted."""
    held = lock_file(port).open("w")
    try:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Trouble(f"a demo runs on port {port} already; tools/demo --stop --port {port} ends it") from None
    return held


def holder(port: int) -> int:
    """Process id of the demo on this port, 0 if there is none."""
    if not lock_file(port).exists():
        return 0
    with lock_file(port).open("r+") as file:
        query = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, query))
    return 0 if kind == fcntl.F_UNLCK else pid


def stop(port: int) -> None:
    pid = holder(port)
    if pid == 0:
        print(f"no demo runs on port {port}")
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 30
    while holder(port) == pid:
        if time.monotonic() > end:
            raise Trouble(f"the demo on port {port} (process {pid}) does not end")
        time.sleep(0.1)
    print(f"stopped the demo on port {port}")


def fresh_directory(port: int) -> Path:
    """The directory of this port, without what an earlier demo may have left there when it was killed."""
    directory = runtime_directory() / f"ikssoauth-demo-{port}"
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir()
    os.chmod(directory, 0o711)
    return directory


def _raise_interrupt(*_) -> None:
    raise KeyboardInterrupt


def run(port: int, build: Path) -> None:
    held = lock(port)
    directory = fresh_directory(port)
    site = Dashboard(directory, build, port)
    try:
        site.start()
        print(pages.terminal(site.url, site.certificate, site.providers))
        print("Ctrl-C, or tools/demo --stop in another terminal, stops everything.", flush=True)
        while not site.died():
            time.sleep(0.5)
        raise Trouble(f"{site.died()} has ended by itself; see {directory}, which is kept")
    except KeyboardInterrupt:
        print("\nstopping")
    finally:
        site.stop()
        if not isinstance(sys.exc_info()[1], Trouble):
            shutil.rmtree(directory, ignore_errors=True)
        held.close()


def run_check(build: Path) -> None:
    directory = Path(tempfile.mkdtemp(prefix="ikssoauth-check-"))
    os.chmod(directory, 0o711)
    site = Dashboard(directory, build, free_port())
    try:
        site.start()
        check(site)
    except BaseException:
        if site.error_log.exists():
            print(f"--- end of httpd's error log\n{site.error_log.read_text(errors='replace')[-3000:]}",
                  file=sys.stderr)
        raise
    finally:
        site.stop()
        shutil.rmtree(directory, ignore_errors=True)
    print("demo check passed: one person in and out from either side, through SimpleSAMLphp, the module and the backend")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/demo", description="Builds mod_ikssoauth and runs it on this "
                                     "machine only, with a backend and two identity providers.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--stop", action="store_true", help="stop the demo that runs on the port")
    what.add_argument("--check", action="store_true", help="start on free ports, sign in and out both ways, stop; 0 if all is well")
    parser.add_argument("--port", type=int, default=8443, help="of the dashboard (default 8443)")
    parser.add_argument("--build", type=Path, default=Path("build/demo"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_interrupt)
    try:
        if asked.stop:
            stop(asked.port)
        elif asked.check:
            run_check(asked.build.resolve())
        else:
            run(asked.port, asked.build.resolve())
    except Trouble as trouble:
        print(f"demo: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if os.environ.get("proc_mounted") == "yes":     # see tools/mount-proc
            subprocess.run(["umount", "/proc"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
