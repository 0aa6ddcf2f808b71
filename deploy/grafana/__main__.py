"""Write every dashboard to deploy/grafana/dashboards."""

from pathlib import Path

from deploy.grafana.files import dashboards

FOLDER = Path(__file__).parent / "dashboards"

for name, text in dashboards().items():
    (FOLDER / name).write_text(text, encoding="utf-8")
