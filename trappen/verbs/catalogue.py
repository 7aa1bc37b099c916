"""`trappen catalogue`: list policies and levers."""

import argparse

from trappen.viz.wording import say


def options(parser: argparse.ArgumentParser, lang: str) -> None:
    """Offer the options of this command."""


def do(options: argparse.Namespace, lang: str) -> int:
    """List policies and levers."""
    from trappen.policies.catalogue import find, names
    from trappen.policies.lever import levers

    print(say("catalogue.policies", lang))
    for name in names():
        print(f"  {name:<24}{getattr(find(name).title, lang)}")
    print(say("catalogue.levers", lang))
    for name, lever in levers().items():
        print(f"  {name:<24}{lever.title[lang]}")
    print(say("catalogue.more", lang))
    return 0
