"""Semitrusted mode on one machine: the internet for one program's network namespace, less all that is near.

slirp4netns gives the namespace an interface, and makes what is sent there this machine's own connections; the
way to the machine's loopback is closed. A packet filter inside the namespace, which the program has no right
to change, refuses the ranges of policy.toml, every address of this machine, and all of IPv6. (Routes wouldn't do:
SO_BINDTODEVICE goes around them.) An address that the machine gets later is refused some milliseconds after that.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import stat
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from runtime_images.worker.sandbox import linux
from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from runtime_images.worker.sandbox.own_addresses import Changes, Follower, own_networks
from runtime_images.worker.sandbox.policy import policy
from runtime_images.worker.sandbox.process import NO_VARIABLES

SEARCH_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
TOOLS: Final = {"slirp4netns": "slirp4netns", "nft": "nftables", "nsenter": "util-linux"}  # and their packages
INTERFACE: Final = "tap0"
MTU: Final = 65520
READY_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.0005
TUN: Final = Path("/dev/net/tun")
GET_OWNER: Final = 0xB701  # ioctl_ns(2): NS_GET_USERNS

RULES: Final = """table inet sandbox {{
  set own {{ type ipv4_addr; flags interval; }}
  chain out {{
    type filter hook output priority 0; policy drop;
    oifname "lo" accept
    ip daddr {name_server} meta l4proto {{ tcp, udp }} th dport 53 accept
    ip daddr {{ {refused} }} reject
    ip daddr @own reject
    meta nfproto ipv4 accept
    reject
  }}
}}
"""
OWN: Final = """flush set inet sandbox own
add element inet sandbox own {{ {own} }}
"""


def why_not() -> str | None:
    """Return what this machine lacks for semitrusted mode, and how to get it; None where nothing is missing."""
    if missing := [package for tool, package in TOOLS.items() if not shutil.which(tool, path=SEARCH_PATH)]:
        return f"semitrusted needs tools that are missing: run 'apt-get install -y {' '.join(missing)}'."
    if not TUN.exists():
        return f"semitrusted needs {TUN}, which this machine's kernel doesn't give: run 'modprobe tun'."
    if not os.access(TUN, os.R_OK | os.W_OK):
        return f"semitrusted needs {TUN}, which this user may not open: run 'chmod 666 {TUN}' as root, as is usual."
    return None


def share_tun(folder: Path) -> None:
    """Let other users open the tunnel device, in our own mounts only. For real root. Raises OSError."""
    mode = TUN.stat()
    if mode.st_mode & stat.S_IROTH and mode.st_mode & stat.S_IWOTH:
        return
    device = folder / "tun"
    os.mknod(device, stat.S_IFCHR, mode.st_rdev)
    device.chmod(0o666)
    linux.bind(device, TUN)


class Internet:
    """The way out of one network namespace."""

    def __init__(self, pid: int, as_user: Sequence[str]) -> None:
        """Connect the namespace of a process; `as_user` is the command prefix that makes us the namespace's owner.

        Raises SandboxUnavailableError, and then there is no way out.
        """
        self._as_user = as_user
        with ExitStack() as undo:
            self._network = _kept(undo, os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC))
            self._owner = _kept(undo, fcntl.ioctl(self._network, GET_OWNER))
            _await_setup(pid, self._owner)
            changes = undo.enter_context(closing(Changes()))
            self._running, ready, complaint = self._slirp(undo)
            own = own_networks()
            self._nft(_rules() + _own(own))
            if not select.select([ready], [], [], READY_SECONDS)[0] or not os.read(ready, 1):
                message = f"slirp4netns failed: {os.pread(complaint, 1000, 0).decode('utf-8', 'replace')}"
                raise SandboxUnavailableError(message)
            follower = Follower(changes, own, lambda now: self._nft(_own(now)), self._running.kill)
            undo.callback(follower.close)
            self._undo = undo.pop_all()

    def _slirp(self, undo: ExitStack) -> tuple[subprocess.Popen[bytes], int, int]:
        """Start slirp4netns; return it, what can be read once it is ready, and where it says what is wrong."""
        complaint = _kept(undo, os.memfd_create("complaint", os.MFD_CLOEXEC))
        ready, tell = os.pipe2(os.O_CLOEXEC)
        alive, end = os.pipe2(os.O_CLOEXEC)
        for descriptor in (ready, end):
            _kept(undo, descriptor)
        try:
            slirp = self._start_slirp(tell, alive, complaint)
        finally:
            os.close(tell)
            os.close(alive)
        undo.callback(slirp.wait)
        undo.callback(slirp.kill)
        return slirp, ready, complaint

    def _start_slirp(self, ready: int, alive: int, complaint: int) -> subprocess.Popen[bytes]:
        options: tuple[str, ...] = ("--configure", f"--mtu={MTU}", "--disable-host-loopback", "--enable-seccomp")
        if not self._as_user:  # as a user of its own it has nothing to lose, nor the right to take it away
            options = (*options, "--enable-sandbox")
        # It ends when the other end of `alive` is closed, by `close` or by our own end.
        descriptors = (
            f"--ready-fd={ready}",
            f"--exit-fd={alive}",
            "--netns-type=path",
            f"--userns-path={_path(self._owner)}",
        )
        return subprocess.Popen(
            [
                *(_tool("setpriv"), "--pdeathsig", "KILL", *self._as_user[1:]),  # or it would outlive us when stopped
                *(_tool("slirp4netns"), *options, *descriptors, _path(self._network), INTERFACE),
            ],
            stdin=subprocess.DEVNULL,
            stdout=complaint,
            stderr=complaint,
            env=NO_VARIABLES,
            pass_fds=(self._network, self._owner, ready, alive),
        )

    def _nft(self, commands: str) -> None:
        """Change the packet filter, by all of the commands or none. Raises SandboxUnavailableError."""
        namespaces = (f"--user={_path(self._owner)}", f"--net={_path(self._network)}")
        done = subprocess.run(
            [
                *self._as_user,
                _tool("nsenter"),
                *namespaces,
                "--preserve-credentials",
                "--",
                _tool("nft"),
                "--file",
                "-",
            ],
            input=commands.encode(),
            capture_output=True,
            env=NO_VARIABLES,
            pass_fds=(self._network, self._owner),
            check=False,
        )
        if done.returncode != 0:
            message = f"nft failed: {done.stderr.decode('utf-8', 'replace')}"
            raise SandboxUnavailableError(message)

    def is_open(self) -> bool:
        """Whether there is a way out."""
        return self._running.poll() is None

    def close(self) -> None:
        """End slirp4netns."""
        self._undo.close()


def _rules() -> str:
    """Return the packet filter, which knows none of the machine's addresses yet."""
    rules = policy().internet
    return RULES.format(name_server=rules.name_server, refused=", ".join(rules.refused))


def _own(networks: Iterable[IPv4Network]) -> str:
    """Return the commands that have the packet filter refuse these as the machine's own, and no others."""
    return OWN.format(own=", ".join(map(str, networks)))


def _await_setup(pid: int, owner: int) -> None:
    """Wait until bubblewrap has left the namespace's owner for a user namespace without rights over it.

    Before, it is still busy with the namespace itself. Raises SandboxUnavailableError.
    """
    first = os.fstat(owner).st_ino
    deadline = time.monotonic() + READY_SECONDS
    while Path(f"/proc/{pid}/ns/user").stat().st_ino == first:
        if time.monotonic() > deadline:
            message = "bubblewrap did not make the namespaces."
            raise SandboxUnavailableError(message)
        time.sleep(POLL_SECONDS)


def _kept(stack: ExitStack, descriptor: int) -> int:
    """Return the descriptor, to be closed with the stack."""
    stack.callback(os.close, descriptor)
    return descriptor


def _tool(name: str) -> str:
    path = shutil.which(name, path=SEARCH_PATH)
    if path is None:
        raise SandboxUnavailableError(why_not())
    return path


def _path(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"
