"""In a read-only installation without a home the kernels are compiled in memory; nothing breaks."""

import os
import shutil
import subprocess
import sys

import ronghe


def test_kernels_compile_where_nothing_can_be_kept(tmp_path):
    package = shutil.copytree(
        os.path.dirname(ronghe.__file__), tmp_path / "ronghe", ignore=shutil.ignore_patterns("__pycache__", "facts")
    )
    # A file in the way of the cache folder stops even a superuser from keeping anything.
    (package / "simulate" / "solver" / "__pycache__").write_text("")
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("")
    env = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    env |= {"PYTHONPATH": str(tmp_path), "HOME": str(nowhere), "XDG_CACHE_HOME": str(nowhere)}
    code = "from ronghe.simulate.solver import compiled, kernels, anderson; "
    code += "print(compiled.__file__, compiled.FLAGS['cache'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(package / "simulate" / "solver" / "compiled.py"), "False"]
