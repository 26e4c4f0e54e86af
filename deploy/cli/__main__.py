"""``python -m deploy.cli``, which is what ./shangda runs."""

from deploy.cli.app import app

app(prog_name="shangda")
