//! Writes the rows, tables and questions for the others: columns as `.npy` arrays, the rest as one JSON file.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::generator::{Column, Dataset, Number};
use crate::judge::{Counts, Place, Rule, Weighing};

/// Writes everything into a directory. Each column of the rows is `{name}.npy`; of the contested ones `contested_{name}.npy`.
pub(crate) fn emit(
    directory: &Path,
    dataset: &Dataset,
    rules: &[Rule],
    expected: &[Counts],
    fitting: &[[u64; 2]],
) -> Result<()> {
    std::fs::create_dir_all(directory)?;
    let rows = &dataset.rows;
    times(&directory.join("earliest.npy"), &rows.earliest)?;
    times(&directory.join("latest.npy"), &rows.latest)?;
    for column in Column::ALL {
        numbers(&directory.join(format!("{}.npy", column.word())), rows.column(column))?;
    }
    contested(directory, dataset)?;
    let above = dataset.world.above_places();
    let readings: Vec<Value> = rules.iter().map(reading).collect();
    let queries: Vec<Value> = dataset
        .queries
        .iter()
        .zip(fitting)
        .map(|(query, fitting)| {
            let place = Place::new(query, &above);
            json!({
                "from": query.from,
                "to": query.to,
                "first": place.first,
                "last": place.last,
                "may": place.may,
                "expected": fitting,
            })
        })
        .collect();
    let sizes: serde_json::Map<String, Value> = Column::ALL
        .into_iter()
        .map(|column| (column.word().to_owned(), json!(dataset.world.hierarchy(column).len() + 1)))
        .collect();
    let tables = json!({
        "seed": dataset.seed,
        "rows": rows.len(),
        "contested": dataset.contested.len(),
        "sizes": sizes,
        "readings": readings,
        "expected": expected,
        "queries": queries,
    });
    std::fs::write(directory.join("dataset.json"), tables.to_string())
}

fn reading(rule: &Rule) -> Value {
    let truths: serde_json::Map<String, Value> =
        Column::ALL.into_iter().map(|c| (c.word().to_owned(), json!(rule.truths[c as usize]))).collect();
    let window = &rule.window;
    json!({
        "truths": truths,
        "window": {
            "earliest_start": window.earliest_start,
            "latest_start": window.latest_start,
            "earliest_end": window.earliest_end,
            "latest_end": window.latest_end,
        },
    })
}

/// The rows of contested incidents: every fact, what disputes it (the fact itself where nothing does), whether it occurred.
fn contested(directory: &Path, dataset: &Dataset) -> Result<()> {
    let weighing = Weighing::new(dataset);
    let rows: Vec<_> =
        dataset.contested.iter().flat_map(|(incident, answer)| weighing.contested(*incident, *answer)).collect();
    let incidents: Vec<i64> = rows.iter().map(|r| i64::try_from(r.incident).expect("a number of incidents")).collect();
    times(&directory.join("contested_incident.npy"), &incidents)?;
    for column in Column::ALL {
        let own: Vec<Number> = rows.iter().map(|row| row.own[column as usize]).collect();
        let beside = |row: &crate::judge::Row| row.dispute.filter(|d| d.column == column).map(|d| d.other);
        let other: Vec<Number> = rows.iter().zip(&own).map(|(row, own)| beside(row).unwrap_or(*own)).collect();
        numbers(&directory.join(format!("contested_{}.npy", column.word())), &own)?;
        numbers(&directory.join(format!("contested_{}_other.npy", column.word())), &other)?;
    }
    let occurrence: Vec<Number> = rows.iter().map(|row| Number::from(row.occurrence)).collect();
    numbers(&directory.join("contested_occurrence.npy"), &occurrence)
}

fn times(path: &Path, values: &[i64]) -> Result<()> {
    let mut file = npy(path, "<i8", values.len())?;
    values.iter().try_for_each(|value| file.write_all(&value.to_le_bytes()))?;
    file.flush()
}

fn numbers(path: &Path, values: &[Number]) -> Result<()> {
    let mut file = npy(path, "<u2", values.len())?;
    values.iter().try_for_each(|value| file.write_all(&value.to_le_bytes()))?;
    file.flush()
}

/// Starts an array of the NPY format, version 1.0: magic, version, length of the header, a header padded to a multiple of 64.
fn npy(path: &Path, kind: &str, length: usize) -> Result<BufWriter<File>> {
    let mut file = BufWriter::new(File::create(path)?);
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({length},), }}");
    let padded = (header.len() + 11).next_multiple_of(64) - 11;
    let size = u16::try_from(padded + 1).expect("a short header");
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&size.to_le_bytes())?;
    writeln!(file, "{header:padded$}")?;
    Ok(file)
}
