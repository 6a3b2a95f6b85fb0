"""
System calls that no answer needs and that could get around a limit: the kernel refuses them.

Memory that no process has mapped (memfd, System V, message queues, shared pages without a file)
counts towards no limit; locks and watches on files of the system are seen by other submissions; new
namespaces, kinds of sockets and the larger subsystems only add to what could be attacked.
"""

import ctypes
import errno
import platform
import struct

# name: (x86_64, aarch64)
REFUSED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "pivot_root": (155, 41),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "flock": (73, 32),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
}
CLONE3 = 435
CLONE, MMAP, FCNTL = (56, 220), (9, 222), (72, 25)
SOCKET, SOCKETPAIR = (41, 198), (53, 199)
FAMILIES = (1, 2, 10)  # local, IPv4, IPv6
# F_GETLK to F_SETLKW, the same of open files, leases, watches, and larger pipes
LOCKS = (5, 6, 7, 36, 37, 38, 1024, 1025, 1026, 1031)
SHARED_ANONYMOUS = 0x21
ARCHITECTURE = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

CLONE_NEW = 0x7E020000  # every CLONE_NEW... flag
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN, AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
PR_SET_SECCOMP, FILTER = 22, 2


def program(machine: str) -> bytes | None:
    """The filter in the kernel's own code, or None on a machine that it is not written for."""
    if machine not in ARCHITECTURE:
        return None
    column, audit = ARCHITECTURE[machine]
    refuse = (RETURN, 0, 0, REFUSE | errno.EPERM)
    code = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, audit), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    if machine == "x86_64":  # the x32 numbers are the same calls again
        code += [(AT_LEAST, 0, 1, 0x40000000), refuse]
    # clone3 hides its flags behind a pointer: with ENOSYS the C library uses clone
    code += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            code += [(EQUAL, 0, 1, numbers[column]), refuse]

    def look_at(argument: int, calls: tuple, test: list) -> None:
        """Put a test on an argument of a call: skip one instruction to let it through."""
        block = [(LOAD, 0, 0, 16 + 8 * argument), *test, refuse, (LOAD, 0, 0, 0)]
        code.extend([(EQUAL, 0, len(block), calls[column]), *block])

    look_at(0, CLONE, [(ANY_BIT, 0, 1, CLONE_NEW)])
    look_at(3, MMAP, [(AND, 0, 0, SHARED_ANONYMOUS), (EQUAL, 0, 1, SHARED_ANONYMOUS)])
    for calls in (SOCKET, SOCKETPAIR):
        known = [(EQUAL, len(FAMILIES) - i, 0, f) for i, f in enumerate(FAMILIES)]
        look_at(0, calls, known)
    for lock in LOCKS:
        look_at(1, FCNTL, [(EQUAL, 0, 1, lock)])
    code += [(RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def install() -> bool:
    """Put the filter on this process and all that it starts; False where there is none."""
    code = program(platform.machine())
    if code is None:
        return False

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    filter_ = Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(filter_), 0, 0) == 0
