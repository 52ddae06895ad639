"""Time: instants in seconds since 1970, half-open spans, bounds, and the days of a zone (sections 1.6 and 4)."""
import datetime as dt
from zoneinfo import ZoneInfo

INF = float("inf")


def instant(text):
    """Seconds since 1970 of an RFC 3339 time in UTC."""
    return int(dt.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def rfc(seconds):
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_date(seconds, zone):
    return dt.datetime.fromtimestamp(seconds, ZoneInfo(zone)).date()


_DAY_STARTS = {}


def day_start(day, zone):
    """The first instant of a local day, also where the clock skips midnight."""
    key = day, zone
    if key not in _DAY_STARTS:
        noon = int(dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).timestamp())
        low, high = noon - 30 * 3600, noon
        while high - low > 1:
            middle = (low + high) // 2
            if local_date(middle, zone) >= day:
                high = middle
            else:
                low = middle
        _DAY_STARTS[key] = high
    return _DAY_STARTS[key]


def add_months(day, months):
    """The same day of a later month; the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, min(day.day, 28))


def local_span(text, zone):
    """A month, a day, a minute, or `A/B` from A's start to B's end."""
    if "/" in text:
        first, second = text.split("/")
        return local_span(first, zone)[0], local_span(second, zone)[1]
    if len(text) == 7:
        day = dt.date(int(text[:4]), int(text[5:]), 1)
        return day_start(day, zone), day_start(add_months(day, 1), zone)
    if len(text) == 10:
        day = dt.date.fromisoformat(text)
        return day_start(day, zone), day_start(day + dt.timedelta(1), zone)
    moment = int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())
    return moment, moment + 60


def span(value, zone):
    """(t0, t1) of a TimeSpan: some time within [t0, t1). None where there is none."""
    if not value:
        return None
    if "earliest" in value:
        return instant(value["earliest"]), instant(value["latest"])
    return local_span(value["local"], value.get("time_zone") or zone)


def bound(value, zone):
    """(earliest, latest), both included, of a Bound, or None."""
    if not value:
        return None
    if "earliest" in value:
        return instant(value["earliest"]), instant(value["latest"])
    return local_span(value["local"], zone)


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


def hull(spans):
    spans = list(spans)
    return min(s[0] for s in spans), max(s[1] for s in spans)
