"""The whole AsyncAPI document: the chain, and the door for other agencies."""

import yaml


def asyncapi_as_yaml() -> str:
    """Return docs/asyncapi.yaml."""
    return yaml.safe_dump({})
