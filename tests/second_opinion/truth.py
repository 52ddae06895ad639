"""Three truth values (section 2), the words for them, and what several values say together."""

NO, UNKNOWN, YES = 0, 1, 2
WORD = {NO: "NO", UNKNOWN: "UNKNOWN", YES: "YES"}
VERDICT = {YES: "BREACH", NO: "NO_BREACH", UNKNOWN: "UNDETERMINED"}


def weigh(own, others):
    """All yes: yes; all no: no; else unknown. Each value is (truth, cause of not knowing).

    Unknown has the cause READING where no value in play could be settled by evidence, else DISPUTE where others stand
    against the own one, else the own one's cause.
    """
    values = [own] + list(others)
    seen = {truth for truth, _ in values}
    if seen == {YES} or seen == {NO}:
        return own[0], None
    if all(value == (UNKNOWN, "READING") for value in values):
        return UNKNOWN, "READING"
    return (UNKNOWN, "DISPUTE") if others else own
