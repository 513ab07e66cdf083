"""The adapter of wheeler for the test runner of WebAssembly/wasi-testsuite.

WHEELER names what runs a program, by default program-child.ts beside this
file under the Node that wheeler brings along.
"""
import json
import os
import shlex
from pathlib import Path
from typing import Dict, List, Optional, Tuple

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent.parent

WHEELER = shlex.split(os.getenv("WHEELER", ""), posix=os.name != "nt") or [
    "node",
    str(_ROOT / "host" / "bin" / "node26.js"),
    "--disable-warning=ExperimentalWarning",
    str(_HERE / "program-child.ts"),
]


def get_name() -> str:
    return "wheeler"


def get_version() -> str:
    with open(_ROOT / "package.json", encoding="utf-8") as file:
        return str(json.load(file)["version"])


def get_wasi_versions() -> List[str]:
    return ["wasm32-wasip1", "wasm32-wasip3"]


def get_wasi_worlds() -> List[str]:
    return ["wasi:cli/command", "wasi:http/service"]


def get_timeout_seconds() -> float:
    # Every component is decoded, rewritten and compiled before it runs.
    return 30


def compute_argv(test_path: str,
                 args_env_root: Tuple[List[str], Dict[str, str], Optional[str]],
                 proposals: List[str],
                 wasi_world: str,
                 wasi_version: str) -> List[str]:
    del proposals, wasi_version
    args, env, root = args_env_root
    argv = list(WHEELER)
    if wasi_world == "wasi:http/service":
        argv.append("--serve")
    elif root:
        argv += ["--dir", str(root)]
    for name, value in env.items():
        argv += ["--env", f"{name}={value}"]
    return argv + [test_path] + args
