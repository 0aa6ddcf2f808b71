"""The dashboards as the files that Grafana reads."""

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.content import content
from deploy.grafana.errors import errors
from deploy.grafana.kafka import kafka
from deploy.grafana.overview import overview
from deploy.grafana.stage import INPUT, stage


def dashboards() -> dict[str, str]:
    """Return the name and the text of each file."""
    boards = [overview(), *map(stage, INPUT), content(), kafka(), errors()]
    return {
        f"{str(board.uid).removeprefix('newsmill-')}.json": JSONEncoder(sort_keys=True, indent=1).encode(board) + "\n" for board in boards
    }
