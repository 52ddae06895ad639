"""Pulls a tally into a DataFrame and plots it: who breached what, week by week, by the texts of two sides.

Cells begin with `# %%`: editors run them one by one, and `python tally.py [ADDRESS] [PLOT]` runs them all. It wants a
server that holds the worked case: `armistice serve`, then `armistice import cases/energy-2025`.
"""

# %% Connect
import sys
from datetime import date, timedelta

import grpc
import matplotlib

matplotlib.use("Agg")  # draws to files: no screen is needed

import matplotlib.pyplot as plt
import pandas as pd
from armistice.v1 import assessment_pb2 as assessment
from armistice.v1 import assessment_service_pb2 as assessments
from armistice.v1 import record_service_pb2 as records
from armistice.v1.assessment_service_pb2_grpc import AssessmentServiceStub
from armistice.v1.record_service_pb2_grpc import RecordServiceStub
from armistice_client import Refusal, pages

address = sys.argv[1] if len(sys.argv) > 1 else "localhost:7411"
plot = sys.argv[2] if len(sys.argv) > 2 else "tally.svg"
dossier = "dossiers/ukraine-2025"

channel = grpc.insecure_channel(address)
service = AssessmentServiceStub(channel)

# %% Ask: what each side alleges, counted by week and by what was struck, under the Russian and the Ukrainian text
question = assessments.TallyRequest(
    parent=dossier,
    readings=assessment.ReadingChoice(names=["readings/r5", "readings/r7"]),
    bases=[assessment.BASIS_ALLEGED],
    group_by=[assessment.GROUP_BY_WEEK, assessment.GROUP_BY_OBJECT],
    page_size=10,  # small, so that there is a second page to fetch
)
answers = list(pages(service.Tally, question))
counted = answers[0].counted
print(f"{counted.incidents} {counted.unit} in {len(answers)} pages, by rules {counted.rules_version}")

# %% As a table. Four counts stay four: what is undetermined or not assessed is no kind of "no breach"
applied = answers[0].readings
holders = RecordServiceStub(channel).BatchGetRecords(
    records.BatchGetRecordsRequest(parent=dossier, names=[reading.held_by for reading in applied])
)
side_of = {
    reading.reading: holder.actor.display_name for reading, holder in zip(applied, holders.records, strict=True)
}
rows = [
    {
        "reading of": side_of[row.reading],
        "week": row.group[0],
        "object": row.group[1],
        "breach": row.breach,
        "no breach": row.no_breach,
        "undetermined": row.undetermined,
        "not assessed": row.not_assessed,
    }
    for answer in answers
    for row in answer.rows
    if any(row.group)  # the empty group: incidents that certainly lie in no other
]
frame = pd.DataFrame(rows)
print(frame.to_string(index=False))

# %% Plot what was struck of energy. Groups may overlap, so they are shown each by itself and never added up
verdicts = ["breach", "undetermined", "no breach"]
energy = frame[frame["object"] == "energy"]
sides = list(dict.fromkeys(energy["reading of"]))
first, last = (date.fromisoformat(f"{week}-1") for week in (energy["week"].min(), energy["week"].max()))
every_week = [f"{first + timedelta(weeks=n):%G-W%V}" for n in range((last - first).days // 7 + 1)]
figure, axes = plt.subplots(1, len(sides), sharey=True, figsize=(9, 3.6), layout="constrained", squeeze=False)
for axis, side in zip(axes[0], sides, strict=True):
    weeks = energy[energy["reading of"] == side].set_index("week")[verdicts]
    weeks.reindex(every_week, fill_value=0).plot.bar(
        ax=axis, stacked=True, color=["#b2412e", "#d9b44a", "#3b6ea5"], rot=30, legend=axis is axes[0][-1]
    )
    axis.set_title(f"By the text of {side}")
    axis.set_xlabel("")
axes[0][0].set_ylabel("incidents against energy, as alleged")
figure.savefig(plot)
print(f"plotted to {plot}")

# %% The same numbers next year: whatever is recorded or corrected meanwhile, `read_at` names this state of the record
question.consistency.at.read_at = answers[0].read_at
again = [row for answer in pages(service.Tally, question) for row in answer.rows]
assert again == [row for answer in answers for row in answer.rows]
print("asked again at the same position: the same rows")

# %% Or what could have been said the morning after the first night, from what had been published by then
morning = assessments.TallyRequest(parent=dossier, bases=[assessment.BASIS_ALLEGED])
morning.consistency.known_by.FromJsonString("2025-03-20T06:00:00Z")
print(f"known by that morning: {service.Tally(morning).counted.incidents} incidents")

# %% A question that cannot be answered is refused, with every fault by its field and the nearest match
wrong = assessments.TallyRequest(
    parent=dossier,
    filter=assessment.IncidentFilter(objects=["oil_depot"], places=["places/belgorot"]),
    readings=assessment.ReadingChoice(names=["readings/r55"]),
)
try:
    service.Tally(wrong)
except grpc.RpcError as error:
    print(Refusal.of(error))
else:
    raise AssertionError("three mistakes were answered as if there were none")

# %% Done
channel.close()
