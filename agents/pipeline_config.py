"""The settings, as the pure half takes them."""

import importlib.metadata

from agents.settings import Settings
from streams.classify.class_set import ClassSet
from streams.deduplicate.index import CopyConfig
from streams.pipeline import PipelineConfig


def pipeline_config(settings: Settings, classes: ClassSet) -> PipelineConfig:
    """Return what the stages have to know of the settings."""
    return PipelineConfig(
        classes=classes,
        version=importlib.metadata.version("newsmill"),
        prefix=settings.prefix,
        partitions=settings.partitions,
        shapes=settings.shapes == "all",
        repeats=settings.repeats == "on",
    )


def copy_config(settings: Settings) -> CopyConfig:
    """Return what the copy index has to know of the settings."""
    return CopyConfig(window_s=settings.copy_window, capacity=settings.copy_capacity, stories=settings.stories == "on")
