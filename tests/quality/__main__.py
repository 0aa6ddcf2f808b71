"""`make quality`: a table for people and, as the last line, one JSON object for programs; status 1 where a floor is not held."""

import json
import sys

from tests.quality.scores import FOLDERS, floors, has_data, measure


def main() -> int:
    if not has_data():
        print("the labelled data is not beside the project (../shared): nothing measured")
        return 0
    known = floors()
    values = {key: value for name in FOLDERS for key, value in measure(name).items()}
    for key, value in values.items():
        print(f"{key:44} {value:10.3f}  {'' if key not in known else f'floor {known[key]:.3f}'}")
    print(json.dumps({key: {"value": values.get(key), "floor": floor} for key, floor in known.items()}))
    return int(any(values.get(key, 0.0) < floor for key, floor in known.items()))


sys.exit(main())
