"""All commands of ``shangda``. Each lives in a module of its own name and is registered here."""

import typer

from deploy.cli import (
    accounts,
    agency,
    bench,
    demo,
    documents,
    epoch,
    keys,
    migrate,
    play,
    provision,
    serve,
    test,
    verify,
)

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="shangda",
    help="上达：信息上报、时限、批示与考核。 Reports, deadlines and instructions between offices.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # local variables hold passwords
)


@app.callback()
def shangda() -> None:
    """Present so that a single command still has to be named."""


app.command("demo")(demo.demo)
app.command("test", context_settings=PASS_ON)(test.test)
app.command("play")(play.play)
app.command("serve")(serve.serve)
app.command("verify")(verify.verify)
app.command("documents")(documents.documents)
app.add_typer(epoch.app, name="epoch")
app.command("provision")(provision.provision_site)
app.command("migrate")(migrate.migrate)
app.add_typer(keys.keys, name="keys")
app.add_typer(accounts.accounts, name="accounts")
app.add_typer(agency.agency, name="agency")
app.add_typer(bench.bench, name="bench")
