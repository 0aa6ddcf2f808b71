"""The settings, as the pure half takes them."""

import importlib.metadata

from agents.classes import load_classes
from agents.settings import Settings
from streams.copy_index import CopyConfig
from streams.pipeline import PipelineConfig


def pipeline_config(settings: Settings) -> PipelineConfig:
    """Return what the stages have to know of the settings."""
    return PipelineConfig(
        classes=load_classes(settings),
        version=importlib.metadata.version("newsmill"),
        prefix=settings.prefix,
        partitions=settings.partitions,
        shapes=settings.shapes == "all",
        repeats=settings.repeats == "on",
    )


def copy_config(settings: Settings) -> CopyConfig:
    """Return what the copy index has to know of the settings."""
    return CopyConfig(window_s=settings.copy_window, capacity=settings.copy_capacity)
