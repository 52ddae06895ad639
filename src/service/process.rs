//! What the system says of this process, where it says anything (Linux).

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many ticks of a second the kernel counts a process's time in, on every machine that it supports.
const TICKS: f64 = 100.0;

/// A process as the system sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Process {
    pub(super) cpu_seconds: f64,
    pub(super) resident_bytes: u64,
    pub(super) virtual_bytes: u64,
    pub(super) threads: u64,
    pub(super) open_files: u64,
    pub(super) start_seconds: f64,
}

impl Process {
    /// This one, now.
    pub(super) fn this() -> Option<Process> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let open_files = fs::read_dir("/proc/self/fd").ok()?.count() as u64;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
        parse(&stat, &status, &uptime, now).map(|process| Process { open_files, ..process })
    }
}

fn parse(stat: &str, status: &str, uptime: &str, now: f64) -> Option<Process> {
    // The name of the program may hold anything, and ends with the last bracket. The fields behind it count from 3.
    let (_, rest) = stat.rsplit_once(')')?;
    let field = |number: usize| rest.split_whitespace().nth(number - 3)?.parse::<f64>().ok();
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let up: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    Some(Process {
        cpu_seconds: (field(14)? + field(15)?) / TICKS,
        resident_bytes: line("VmRSS")? * 1024,
        virtual_bytes: line("VmSize")? * 1024,
        threads: line("Threads")?,
        open_files: 0,
        start_seconds: now - up + field(22)? / TICKS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read_whatever_the_program_is_called() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 900 0 0 0 150 50 0 0 20 0 9 0 6000 1000 50 18446744073709551615";
        let status = "Name:\ta) b (c\nVmSize:\t  2048 kB\nVmRSS:\t    1024 kB\nThreads:\t9\n";
        let expected = Process {
            cpu_seconds: 2.0,
            resident_bytes: 1024 * 1024,
            virtual_bytes: 2048 * 1024,
            threads: 9,
            open_files: 0,
            start_seconds: 1060.0,
        };
        assert_eq!(parse(stat, status, "100.00 190.00\n", 1100.0), Some(expected));
        assert_eq!(parse("", status, "100.00", 1100.0), None);
    }
}
