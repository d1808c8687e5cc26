"""Threads, forks, other processes, and the end of all of them."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
import types
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable

import pytest
from corpus import cases

import bodylint
from bodylint import Linter

THREADS = 8


def test_threads_share_a_linter(image: bytes, clean_image: bytes) -> None:
    linter = Linter()
    chosen = cases()[::20]
    expected = [Linter().check(case.body, **case.arguments) for case in chosen]
    barrier = threading.Barrier(THREADS)

    def check_all(_: int) -> None:
        barrier.wait()
        for _ in range(20):
            for case, findings in zip(chosen, expected):
                assert linter.check(case.body, **case.arguments) == findings
            assert linter.check(clean_image) == []
            assert len(linter.check(image)) == 2

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(check_all, range(THREADS))) == [None] * THREADS


def test_threads_may_prepare_and_drop_requests_at_once(clean_image: bytes) -> None:
    linter = Linter()
    barrier = threading.Barrier(THREADS)

    def check_all(thread: int) -> None:
        barrier.wait()
        for number in range(300):
            assert linter.check(clean_image, now=f"2026-11-21T{thread:02}:{number % 60:02}Z") == []

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(check_all, range(THREADS))) == [None] * THREADS


def test_other_threads_run_during_a_check() -> None:
    body = b"[" + b'{"lun":1},' * 2_000_000 + b"1]"
    linter = Linter()
    durations = []

    def check_some() -> None:
        for _ in range(5):
            began = time.perf_counter()
            linter.check(body, skip_unrecognized=True)
            durations.append(time.perf_counter() - began)

    threads = [threading.Thread(target=check_some) for _ in range(2)]
    for thread in threads:
        thread.start()
    ticks = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.0005)
        ticks += 1
    assert min(durations) > 0.01, "the body is too small to prove anything"
    # Were the interpreter's lock held, this thread would get it once or twice a check.
    assert ticks > 5 * len(durations)


def test_a_signal_handler_may_check_as_well(image: bytes, clean_image: bytes) -> None:
    expected = bodylint.check(image)
    in_handler = []

    def handle(_signal: int, _frame: types.FrameType | None) -> None:
        in_handler.append(bodylint.check(image) == expected)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        for _ in range(5000):
            assert bodylint.check(clean_image) == []
            assert bodylint.check(image) == expected
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert all(in_handler)
    assert len(in_handler) > 10


def run_in_fork(work: Callable[[], object]) -> None:
    """Calls `work` in a fork of this process, and fails where it fails or does not end."""
    with warnings.catch_warnings():
        # Python 3.12 warns of forks beside threads; that is what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the fork hangs")


def test_a_fork_goes_on(image: bytes, clean_image: bytes) -> None:
    linter = Linter()
    expected = linter.check(image)

    def work() -> None:
        assert linter.check(image) == expected
        assert linter.check(clean_image) == []
        assert linter.check(clean_image, "Images_CreateOrUpdate", now="2026-11-21") == []
        assert Linter().check(image) == expected
        assert bodylint.check(image) == expected

    run_in_fork(work)
    work()


def test_a_fork_goes_on_whatever_other_threads_were_doing(image: bytes) -> None:
    linter = Linter()
    expected = linter.check(image)
    stop = threading.Event()

    def check_until_stopped() -> None:
        # A short body: nearly all of the time goes into what comes before and after its judging.
        for number in itertools.count():
            if stop.is_set():
                return
            linter.check(b'{"tempDisk":true}', "VirtualMachines_Reimage")
            if number % 100 == 0:
                linter.check(image, now=f"2026-11-21T00:00:{number // 100 % 60:02}Z")

    def work() -> None:
        assert linter.check(image) == expected
        assert linter.check(image, now="2026-11-22") == expected
        assert bodylint.check(image) == expected

    threads = [threading.Thread(target=check_until_stopped) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(300):
            run_in_fork(work)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_processes_of_a_pool(method: str, image: bytes, clean_image: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = multiprocessing.get_context(method).Pool(2)
    with pool:
        bodies = [image, clean_image] * 10
        expected = [bodylint.check(body) for body in bodies]
        assert pool.map(bodylint.check, bodies) == expected
        assert pool.map(Linter(max_depth=16).check, bodies) == expected


def test_check_is_pickled_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(bodylint.check)) == bodylint.check


def resident_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc here")
@pytest.mark.parametrize("name", ["findings", "clean", "requests", "errors", "linters"])
def test_memory_is_given_back(name: str, image: bytes, clean_image: bytes) -> None:
    linter = Linter()
    numbers = itertools.count()

    def new_request() -> None:
        number = next(numbers)
        linter.check(clean_image, now=f"2026-11-21T{number // 60 % 24:02}:{number % 60:02}Z")

    def error() -> None:
        with pytest.raises(bodylint.RequestError):
            linter.check(clean_image, f"Images_{'x' * 1000}")

    works: dict[str, tuple[Callable[[], object], int]] = {
        "findings": (lambda: linter.check(image), 3000),
        "clean": (lambda: linter.check(clean_image), 30000),
        "requests": (new_request, 20000),
        "errors": (error, 3000),
        "linters": (lambda: Linter().check(clean_image), 300),
    }
    work, times = works[name]
    for _ in range(times):
        work()
    before = resident_bytes()
    for _ in range(times):
        work()
    assert resident_bytes() - before < 2_000_000


def test_a_request_that_was_dropped_while_it_was_used(image: bytes) -> None:
    # The handle lives as long as somebody has it, whatever the linter keeps.
    linter = Linter()
    linter.check(image)
    (request,) = linter._requests.values()
    gone = weakref.ref(request)
    linter._requests = {}
    assert gone() is request
    del request
    assert gone() is None


AT_THE_END = {
    "a linter that is left": "linter = bodylint.Linter(); linter.check(b'{}', OPERATION)",
    "a cycle": "linter = bodylint.Linter(); linter.itself = linter; linter.check(b'{}', OPERATION)",
    "check at exit": "import atexit; atexit.register(bodylint.check, b'{}', OPERATION)",
    "check from a finalizer": """
class Last:
    def __del__(self, check=bodylint.check):
        check(b'{}', OPERATION)
last = Last()
bodylint.check(b'{}', OPERATION)
""",
    "daemon threads": """
import threading, time
linter = bodylint.Linter()
def check_for_ever():
    while True:
        linter.check(b'[' * 100, OPERATION)
        linter.check(b'{"properties": {}}', OPERATION)
for _ in range(4):
    threading.Thread(target=check_for_ever, daemon=True).start()
time.sleep(0.05)
""",
}


@pytest.mark.parametrize("script", AT_THE_END.values(), ids=AT_THE_END.keys())
def test_the_end_of_the_interpreter(script: str) -> None:
    text = "import bodylint\nOPERATION = 'Images_CreateOrUpdate'\n" + script
    for _ in range(5):
        ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")
