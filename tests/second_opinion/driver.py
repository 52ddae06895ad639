"""Asks a running server and the second opinion the same questions about the same random dossiers, and prints every difference.

    python driver.py --address HOST:PORT [--seeds FIRST..LAST] [--case DOSSIER] [--shrink]

With --case also about the worked case, which that dossier of the server holds. A refused batch or question is a
difference too. The last line says how many checks passed and how many failed; a check is a hand-made example, the
stored revisions of a dossier, or one question.
"""
import argparse
import json
import random
import sys
import traceback

import selftest
from asked import Asked, Held
from differences import of_question, of_revisions
from dossiers import generate
from held_case import HeldCase
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
    asked = Asked(client, batches, dossier.zone, seed)
    smaller = lambda q: arguments.shrink and show_smaller(client, batches, dossier.zone, q)
    return check("seed %d" % seed, record, asked, asked.stored, questions(seed, record, dossier, arguments.questions),
                 smaller)


def check_case(client, dossier_id):
    """(passed, failed) of the worked case."""
    held = Held(client, dossier_id)
    zone = client.call("DossierService", "GetDossier", {"name": held.name})["dossier"]["time_zone"]
    case = HeldCase(held, zone)
    return check("the case", case.record, held, case.shown, case.questions(60), lambda q: None)


def check(title, record, asked, stored, asks, smaller):
    found = of_revisions(record, stored)
    if found:
        show("%s, the stored revisions" % title, found)
    failed = int(bool(found))
    rng = random.Random("paging %s" % title)
    for number, q in enumerate(asks):
        found = of_question(record, asked, q, rng)
        if found:
            failed += 1
            show("%s, question %d: %s" % (title, number, json.dumps(q)), found)
            if ("refused",) not in found:
                smaller(q)
    return len(asks) + 1 - failed, failed


def attempt(title, checks):
    """(passed, failed) of some checks, one failed if they break off."""
    try:
        return checks()
    except Refused as refused:
        print("\n=== %s: %s" % (title, refused))
    except Exception:
        print("\n=== %s: the second opinion itself failed" % title)
        traceback.print_exc(file=sys.stdout)
    return 0, 1


def run(arguments):
    outcomes = [selftest.run()]
    client = Client(arguments.address)
    if arguments.case:
        outcomes.append(attempt("the case", lambda: check_case(client, arguments.case)))
    first, last = [int(bound) for bound in arguments.seeds.split("..")]
    for seed in range(first, last):
        outcomes.append(attempt("seed %d" % seed, lambda: check_seed(client, seed, arguments)))
    passed, failed = [sum(counts) for counts in zip(*outcomes)]
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", required=True)
    parser.add_argument("--seeds", default="0..40", help="FIRST..LAST, LAST not included")
    parser.add_argument("--case", metavar="DOSSIER", help="the dossier that holds the worked case")
    parser.add_argument("--questions", type=int, default=12, help="for each seed")
    parser.add_argument("--size", type=float, default=1.0, help="scale of the dossiers")
    parser.add_argument("--shrink", action="store_true", help="make dossier and question of each difference smaller")
    sys.exit(run(parser.parse_args()))
