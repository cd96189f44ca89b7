"""Running WASI binaries, as somebody who downloaded one would: wasmtime, given nothing but standard output."""

from __future__ import annotations

import tempfile
from pathlib import Path

import wasmtime


def run_wasm(binary: bytes) -> str:
    """Return what a WASI command printed. Raises wasmtime's errors, and AssertionError for its exit code."""
    engine = wasmtime.Engine()
    linker, store = wasmtime.Linker(engine), wasmtime.Store(engine)
    linker.define_wasi()
    with tempfile.TemporaryDirectory() as folder:
        settings, printed = wasmtime.WasiConfig(), Path(folder, "stdout")
        settings.argv = ["main.wasm"]
        settings.stdout_file = str(printed)
        store.set_wasi(settings)
        instance = linker.instantiate(store, wasmtime.Module(engine, binary))
        start = instance.exports(store)["_start"]
        assert isinstance(start, wasmtime.Func)
        try:
            start(store)
        except wasmtime.ExitTrap as end:
            assert end.code == 0, f"exit code {end.code}"
        return printed.read_text("utf-8")
