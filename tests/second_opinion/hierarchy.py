"""A hierarchy, the labels a selection gives its nodes, and whether a fact lies in the selection (section 3)."""
from truth import NO, UNKNOWN, YES

STAR = "*"


class Hierarchy:
    """Nodes with their parents. `unplaced` are those that count as anything unless they are listed themselves."""

    def __init__(self, parents, unplaced=()):
        self.parents = {node: list(dict.fromkeys(above)) for node, above in parents.items()}
        for above in list(self.parents.values()):
            for parent in above:
                self.parents.setdefault(parent, [])
        self.unplaced = set(unplaced)
        self._up, self._down = {}, {}
        for node in self.parents:
            for ancestor in self.up(node):
                self._down.setdefault(ancestor, set()).add(node)

    def up(self, node):
        """The node and everything above it."""
        if node not in self._up:
            found = {node}
            for parent in self.parents.get(node, []):
                found |= self.up(parent)
            self._up[node] = frozenset(found)
        return self._up[node]

    def down(self, node):
        """The node and everything below it."""
        return self._down.get(node, {node})

    def tops(self, node):
        return {n for n in self.up(node) if not self.parents.get(n)}

    def distance(self, node, above):
        """The fewest steps up from `node` to `above`."""
        steps, layer = 0, {node}
        while above not in layer:
            layer = {parent for n in layer for parent in self.parents.get(n, [])}
            steps += 1
        return steps

    def in_one_line(self, a, b):
        """Whether one is at or above the other."""
        return a in self.up(b) or b in self.up(a)

    def share_below(self, a, b):
        """Whether some node lies at or below both."""
        return bool(self.down(a) & self.down(b))

    def labels(self, selection):
        """The truth of every node, and of `*`."""
        include, exclude = selection.get("include", []), selection.get("exclude", [])
        unclear = selection.get("unclear", [])
        found = {}

        def of_star():
            if STAR in exclude:
                return "silent"
            if STAR in unclear:
                return "unknown"
            return "yes" if STAR in include or not include else "silent"

        def inherited(above):
            if "yes" in above:
                return "unknown" if "excluded" in above else "yes"
            return next((label for label in ("unknown", "excluded") if label in above), "silent")

        def label(node):
            # "excluded" is express and is handed down; "silent" is a no that nobody said
            if node not in found:
                if node == STAR:
                    found[node] = of_star()
                elif node in exclude:
                    found[node] = "excluded"
                elif node in unclear:
                    found[node] = "unknown"
                elif node in include:
                    found[node] = "yes"
                else:
                    found[node] = inherited([label(parent) for parent in self.parents.get(node) or [STAR]])
            return found[node]

        truth = {"yes": YES, "unknown": UNKNOWN, "excluded": NO, "silent": NO}
        return {node: truth[label(node)] for node in list(self.parents) + [STAR]}

    def below_all(self, fact):
        """The nodes that a given fact may be: those at or below each of its nodes."""
        return set.intersection(*(set(self.down(node)) for node in fact))

    def candidates(self, fact, listed=()):
        """The nodes that a fact may be; not given, or an unplaced node that is not listed, it may be any, and `*`."""
        lowest = [n for n in fact or () if not any(other != n and n in self.up(other) for other in fact)]
        if not lowest or (len(lowest) == 1 and lowest[0] in self.unplaced and lowest[0] not in listed):
            return set(self.parents) | {STAR}
        return self.below_all(lowest)

    def membership(self, selection, labels, fact):
        """(truth, cause of not knowing) of a fact under a selection; no selection restricts nothing."""
        if selection is None:
            return YES, None
        seen = {labels[node] for node in self.candidates(fact, listed(selection))}
        if seen == {YES}:
            return YES, None
        if seen == {NO}:
            return NO, None
        return UNKNOWN, "READING" if seen == {UNKNOWN} else "FACT"


def listed(selection):
    """Every node that a selection names."""
    return {node for key in ("include", "exclude", "unclear") for node in (selection or {}).get(key, [])}
