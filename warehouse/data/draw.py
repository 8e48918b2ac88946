"""Draws one chart, or makes pixels of one, in a process of its own: a JSON object comes by standard input, another
goes out."""

import json
import resource
import sys
import warnings
from base64 import standard_b64encode

from warehouse.data.report import drawn

CPU_SECONDS = 50
PIXELS_BYTES = 2 * 1024**3
"""Of memory, where pixels are made: what draws a chart of rows reserves far more than it ever uses."""
SCALE = 2.0
"""Of what has pixels, for screens with small ones."""


def main() -> None:
    """Draw, within bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    try:
        if "svg" in asked:
            resource.setrlimit(resource.RLIMIT_AS, (PIXELS_BYTES, PIXELS_BYTES))
            from vl_convert import svg_to_png

            png = svg_to_png(asked["svg"], scale=SCALE)
            answer = {"png": standard_b64encode(png).decode()}
        else:
            answer = {"svg": drawn(asked["drawing"], asked["points"])}
    except ModuleNotFoundError:
        answer = {"fault": "that needs more packages: pip install 'softhouse[data]'"}
    except Exception as error:  # the library may raise anything
        answer = {"fault": f"{type(error).__name__}: {error}"[:500]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
