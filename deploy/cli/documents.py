"""``shangda documents``: write anew the documents that are made from tables in the code."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import typer

from deploy.documents.asyncapi import asyncapi_as_yaml
from shared.access.printing import matrix_as_markdown
from shared.contracts.drawing import chain_as_markdown

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "./shangda documents"
DOCUMENTS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "docs/asyncapi.yaml": asyncapi_as_yaml,
        "docs/access-matrix.md": matrix_as_markdown,
        "docs/chain.md": chain_as_markdown,
    }
)


def documents() -> None:
    """Write docs/asyncapi.yaml, docs/access-matrix.md and docs/chain.md as the code says; name those that changed."""
    for name, make in DOCUMENTS.items():
        file, text = ROOT / name, make()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            typer.echo(f"{name} written  已更新")
