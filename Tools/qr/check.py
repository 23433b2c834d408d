#!/usr/bin/env python3
"""Has a real decoder read the QR code that `fieldos cert` prints. By hand; needs: pip install zxing-cpp pillow numpy

Usage: Tools/qr/check.py [path of fieldos]
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy
import zxingcpp
from PIL import Image

BINARY = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/fieldos").resolve()
# One of each size from version 2 on: https:// and :8765 are 13 bytes.
HOSTS = ["a.lan", "b" * 25 + ".lan"] + [".".join(["c" * 19] * n) + ".lan" for n in (2, 3, 4, 5, 6, 7, 8, 9)]


def modules(lines):
    """Light modules are drawn: upper and lower half of a line are two rows."""
    rows = []
    for line in lines:
        rows.append([0 if c in "█▀" else 1 for c in line])
        rows.append([0 if c in "█▄" else 1 for c in line])
    return numpy.array(rows)


for host in HOSTS:
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run(
            [BINARY, "cert", "--host", host, "--port", "8765", "--out", f"{folder}/tls"], capture_output=True,
            text=True, check=True, cwd=folder).stdout.splitlines()
    picture = modules([line for line in out if line and set(line) <= set("█▀▄ ")])
    image = Image.fromarray(((1 - picture) * 255).astype("uint8")).resize(
        (picture.shape[1] * 8, picture.shape[0] * 8), Image.NEAREST)
    read = [found.text for found in zxingcpp.read_barcodes(image)]
    wanted = f"https://{host}:8765"
    print("ok" if read == [wanted] else f"WRONG {read}", picture.shape[1] - 8, wanted)
    assert read == [wanted]
