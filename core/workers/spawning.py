"""Starting a worker with nothing of its parent's: no environment, no command line, no folder, no start script.

What a worker never had, nobody who takes it over can tell: tokens in variables, addresses among the arguments.
"""

from __future__ import annotations

import sys
from multiprocessing import context

# Helper threads of numerical libraries would be born before the sandbox and stay outside of it.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

if sys.platform == "win32":
    WorkerProcess = context.SpawnProcess
else:
    import io
    import os
    import subprocess
    from multiprocessing import popen_spawn_posix, reduction, resource_tracker, spawn, util
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    # How names of files are spelt, where libraries are found, and what PyInstaller's loader tells its own children.
    _KEPT = frozenset(
        {"LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "_MEIPASS2"}
    )
    _KEPT_PREFIX = "_PYI_"

    def bare_environment() -> dict[str, str]:
        """Return what a worker needs of this process's environment to find itself."""
        kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIX)}
        return kept | ONE_THREAD

    class _Popen(popen_spawn_posix.Popen):
        """As `multiprocessing` spawns, but bare."""

        _fds: list[int]

        def _launch(self, process_obj: BaseProcess) -> None:
            tracker = resource_tracker.getfd() if sys.platform != "linux" else None  # Linux names no shared memory
            if tracker is not None:
                self._fds.append(tracker)
            message = io.BytesIO()
            context.set_spawning_popen(self)
            try:
                reduction.dump(_preparation(process_obj.name), message)
                reduction.dump(process_obj, message)
            finally:
                context.set_spawning_popen(None)
            self._run(message, tracker)

        def _run(self, message: io.BytesIO, tracker: int | None) -> None:
            ours: list[int] = []
            theirs: list[int] = []
            try:
                for turn in (1, -1):  # the child's end is known from the first pipe, its task comes through the second
                    mine, other = os.pipe()[::turn]
                    ours.append(mine)
                    theirs.append(other)
                command = spawn.get_command_line(tracker_fd=tracker, pipe_handle=theirs[1])
                child = subprocess.Popen(
                    command, env=bare_environment(), cwd="/", pass_fds=[*self._fds, *theirs], stdin=subprocess.DEVNULL
                )
                self.pid = child.pid
                child.returncode = 0  # `multiprocessing` waits for its end, not this object
                self.sentinel = ours[0]
                with open(ours[1], "wb", closefd=False) as pipe:
                    pipe.write(message.getbuffer())
            finally:
                self.finalizer = util.Finalize(self, _close_all, (ours,))
                _close_all(theirs)

    class WorkerProcess(context.SpawnProcess):
        """A process that starts bare."""

        @staticmethod
        def _Popen(process_obj: BaseProcess) -> popen_spawn_posix.Popen:  # noqa: N802 - multiprocessing's name
            return _Popen(process_obj)

    def _close_all(descriptors: list[int]) -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    def _preparation(name: str) -> dict[str, object]:
        """Say what the child needs to unpickle its task: where modules are found, nothing else."""
        found: dict[str, object] = spawn.get_preparation_data(name)
        paths = [str(Path(path).absolute()) for path in found["sys_path"]]  # type: ignore[attr-defined]
        return {"name": name, "sys_path": paths, "sys_argv": ["worker"], "dir": "/", "orig_dir": "/"}
