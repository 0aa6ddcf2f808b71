"""Dashboards: the files are what the code makes, Grafana finds them, and each panel says what it shows."""

import re
from typing import Any

import pytest
import yaml

from deploy.grafana.files import dashboards
from tests.deploy.files import DASHBOARDS, PROJECT, SERVICES, boards, panels


def test_the_files_are_what_the_code_makes() -> None:
    made = dashboards()
    assert {path.name: path.read_text(encoding="utf-8") for path in DASHBOARDS} == made, "run `make dashboards`"
    assert dashboards() == made


def test_grafana_finds_datasource_and_dashboards_where_compose_puts_them() -> None:
    provisioning = PROJECT / "deploy" / "grafana" / "provisioning"
    datasource = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text(encoding="utf-8"))["datasources"][0]
    provider = yaml.safe_load((provisioning / "dashboards" / "newsmill.yml").read_text(encoding="utf-8"))["providers"][0]
    mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in SERVICES["grafana"]["volumes"]}
    folder = PROJECT / mounted[provider["options"]["path"]]
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert sorted(folder.glob("*.json")) == DASHBOARDS
    assert home.removeprefix(provider["options"]["path"] + "/") in [path.name for path in DASHBOARDS]
    assert (PROJECT / mounted["/etc/grafana/provisioning"]) == provisioning
    assert {panel["datasource"]["uid"] for _, panel in panels() if "targets" in panel} == {datasource["uid"]}
    assert datasource["url"] == "http://prometheus:9090"


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    for path in DASHBOARDS:
        own = [panel for name, panel in panels() if name == path.stem]
        assert len({panel["id"] for panel in own}) == len(own)
        cells = [
            (place["x"] + x, place["y"] + y)
            for place in (panel["gridPos"] for panel in own)
            for x in range(place["w"])
            for y in range(place["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize("board", boards(), ids=lambda board: board["title"])
def test_a_dashboard_can_be_read_without_its_author(board: dict[str, Any]) -> None:
    assert board["description"].endswith("?")
    for panel in board["panels"]:
        if panel["type"] != "row":
            assert panel["description"].endswith("."), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]


def test_dashboards_lead_to_each_other_and_links_lead_somewhere() -> None:
    addresses = {board["uid"] for board in boards()}
    for board in boards():
        assert [link["tags"] for link in board["links"]] == [board["tags"]]
    linked = {re.match(r"/d/([\w-]+)", link["url"]) for _, panel in panels() for link in panel.get("links", [])}
    assert {found[1] for found in linked if found} == addresses - {"newsmill-overview"}


def test_every_variable_is_used_and_every_used_one_is_declared() -> None:
    for board in boards():
        declared = {variable["name"] for variable in board["templating"]["list"]}
        text = " ".join(target["expr"] for panel in board["panels"] for target in panel.get("targets", []))
        used = set(re.findall(r"\$(\w+)", text)) - {"__rate_interval", "__range"}
        assert used == declared, board["title"]


def test_every_dashboard_marks_deploys_and_rebalances() -> None:
    for board in boards():
        marks = {each["name"]: each for each in board["annotations"]["list"]}
        assert {"Deploys", "Classes", "Rebalances"} <= marks.keys(), board["title"]
        assert all(each["enable"] and each["datasource"]["uid"] == "prometheus" for each in marks.values())
