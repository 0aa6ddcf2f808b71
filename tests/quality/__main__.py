"""`make quality`: a table for people and, as the last line, one JSON object for programs; status 1 where a floor is not held."""

import json
import sys

from tests.quality.scores import FOLDERS, Figure, floors, has_data, holds, is_ceiling, measure


def main() -> int:
    if not has_data():
        print("the labelled data is not beside the project (../shared): nothing measured")
        return 0
    known = floors()
    figures = {key: figure for name in FOLDERS for key, figure in measure(name).items()}
    print(f"{'':44} {'value':>10}  95 % interval")
    for key, figure in figures.items():
        print(_line(key, figure, known.get(key)))
    values = {key: figures[key].value if key in figures else None for key in known}
    print(json.dumps({key: {"value": values[key], _bound(key): bound} for key, bound in known.items()}))
    return int(not all(holds(key, values[key], bound) for key, bound in known.items()))


def _line(key: str, figure: Figure, bound: float | None) -> str:
    interval = "" if figure.interval is None else f"{figure.interval[0]:.3f} to {figure.interval[1]:.3f}"
    return f"{key:44} {figure.value:10.3f}  {interval:14}  {'' if bound is None else f'{_bound(key)} {bound:.3f}'}".rstrip()


def _bound(key: str) -> str:
    return "ceiling" if is_ceiling(key) else "floor"


sys.exit(main())
