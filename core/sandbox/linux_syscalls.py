"""Linux system call numbers: name -> (x86-64, aarch64), from the kernel's asm/unistd_64.h and asm-generic/unistd.h.

Tables, hence long lines of numbers and no logic. What is named nowhere here is refused.
"""

from __future__ import annotations

Calls = dict[str, tuple[int | None, int | None]]

# What every worker may do: compute, use its memory and threads, read and write what it has open, and end.
ALWAYS: Calls = {
    "read": (0, 63), "write": (1, 64), "pread64": (17, 67), "futex": (202, 98), "poll": (7, None),
    "close": (3, 57), "mmap": (9, 222), "munmap": (11, 215), "brk": (12, 214), "mprotect": (10, 226),
    "readv": (19, 65), "writev": (20, 66), "preadv": (295, 69), "preadv2": (327, 286), "lseek": (8, 62),
    "fstat": (5, 80), "dup": (32, 23), "recvmsg": (47, 212), "getsockname": (51, 204), "getsockopt": (55, 209),
    "ppoll": (271, 73), "mremap": (25, 216), "madvise": (28, 233), "getrandom": (318, 278),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None),
    "times": (100, 153), "getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179), "uname": (63, 160),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168), "membarrier": (324, 283),
    "rseq": (334, 293), "set_robust_list": (273, 99), "restart_syscall": (219, 128),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
# What a worker with folders may do besides: names, which Landlock and the mounts judge, and new files.
FILES: Calls = {
    "openat": (257, 56), "open": (2, None), "creat": (85, None), "newfstatat": (262, 79), "stat": (4, None),
    "lstat": (6, None), "getdents64": (217, 61), "getdents": (78, None), "readlink": (89, None),
    "readlinkat": (267, 78), "getcwd": (79, 17), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
    "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "pwrite64": (18, 68), "pwritev": (296, 70), "pwritev2": (328, 287),
    "ftruncate": (77, 46), "fallocate": (285, 47), "fadvise64": (221, 223), "fsync": (74, 82),
    "fdatasync": (75, 83), "sync_file_range": (277, 84), "copy_file_range": (326, 285), "fstatfs": (138, 44),
    "flock": (73, 32),
}  # fmt: skip
# Calls for which the C library and others have an older way, which they take where the kernel does not know them.
UNKNOWN: Calls = {
    "clone3": (435, 435),
    "statx": (332, 291),
    "openat2": (437, 437),
    "faccessat2": (439, 439),
    "close_range": (436, 436),
    "futex_waitv": (449, 449),
}
# Calls that are judged by their arguments, and those the sandbox itself is built with.
SPECIAL: Calls = {
    "clone": (56, 220),
    "fcntl": (72, 25),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
}
BUILDING: Calls = {
    "seccomp": (317, 277),
    "capset": (126, 91),
    "pivot_root": (155, 41),
    "mount_setattr": (442, 442),
}
