"""Asks a running server and the second opinion the same questions about the same random dossiers, and prints every difference.

    python driver.py --address HOST:PORT [--seeds FIRST..LAST] [--shrink]

A refused batch or question is a difference too. The last line says how many checks passed and how many failed; a check
is a hand-made example, the stored revisions of a dossier, or one question.
"""
import argparse
import json
import random
import sys
import traceback

import selftest
from asked import Asked
from differences import of_question, of_revisions
from dossiers import generate
from questions import questions
from record import Record
from shrink import Shrinker
from wire import Client, Refused

SHOWN_MAX = 6


def show(title, found):
    print("\n=== %s" % title)
    for key, (mine, theirs) in list(found.items())[:SHOWN_MAX]:
        print("  - " + " ".join(str(k) for k in key))
        print("      second opinion: %s\n      server:         %s" % (text(mine), text(theirs)))
    if len(found) > SHOWN_MAX:
        print("  and %d more" % (len(found) - SHOWN_MAX))


def text(value):
    return "".join("\n        %s" % (v,) for v in value) if isinstance(value, list) and len(value) > 1 else str(value)


def show_smaller(client, batches, zone, q):
    batches, q = Shrinker(client, batches, zone, q).run()
    print("  --- smaller, in zone %s, still different:" % zone)
    for record in (record for batch in batches for record in batch):
        print("    " + json.dumps(record))
    asked = Asked(client, batches, zone, "smallest")
    show(json.dumps(q), of_question(Record(batches, zone), asked, q, random.Random(0)))


def check_seed(client, seed, arguments):
    """(passed, failed) of one random dossier."""
    batches, dossier = generate(seed, arguments.size)
    record = Record(batches, dossier.zone)
    try:
        asked = Asked(client, batches, dossier.zone, seed)
    except Refused as refused:
        print("\n=== seed %d: %s" % (seed, refused))
        return 0, 1
    found = of_revisions(record, asked.stored)
    if found:
        show("seed %d, the stored revisions" % seed, found)
    failed = bool(found)
    asks = questions(seed, record, dossier, arguments.questions)
    rng = random.Random("paging %d" % seed)
    for number, q in enumerate(asks):
        found = of_question(record, asked, q, rng)
        if found:
            failed += 1
            show("seed %d, question %d: %s" % (seed, number, json.dumps(q)), found)
            if arguments.shrink and ("refused",) not in found:
                show_smaller(client, batches, dossier.zone, q)
    return len(asks) + 1 - failed, failed


def run(arguments):
    passed, failed = selftest.run()
    first, last = [int(bound) for bound in arguments.seeds.split("..")]
    client = Client(arguments.address)
    for seed in range(first, last):
        try:
            more_passed, more_failed = check_seed(client, seed, arguments)
        except Exception:
            print("\n=== seed %d: the second opinion itself failed" % seed)
            traceback.print_exc(file=sys.stdout)
            more_passed, more_failed = 0, 1
        passed, failed = passed + more_passed, failed + more_failed
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", required=True)
    parser.add_argument("--seeds", default="0..40", help="FIRST..LAST, LAST not included")
    parser.add_argument("--questions", type=int, default=12, help="for each seed")
    parser.add_argument("--size", type=float, default=1.0, help="scale of the dossiers")
    parser.add_argument("--shrink", action="store_true", help="make dossier and question of each difference smaller")
    sys.exit(run(parser.parse_args()))
