//! The server that is measured, in a process of its own, and the machine that it runs on.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tonic::transport::{Channel, Endpoint};

/// The server, in a process of its own.
pub(super) struct Server {
    child: Child,
    address: String,
}

/// How many ticks of a second the kernel counts a process's time in.
const TICKS: f64 = 100.0;

impl Server {
    /// Starts it with its defaults, and waits until it says where it listens.
    pub(super) fn start(directory: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ARMISTICE_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--data-dir"]).arg(directory);
        let child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut server = Server { child, address: String::new() };
        let mut line = String::new();
        let output = server.child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it writes UTF-8");
        server.address = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        server
    }

    /// A connection of its own.
    pub(super) async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        endpoint.tcp_nodelay(true).connect().await.expect("the server can be reached")
    }

    /// How long processors have worked for it so far, in seconds.
    pub(super) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&format!("/proc/{}/stat", self.child.id()))
    }

    /// The memory that it holds, in MiB.
    pub(super) fn memory_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(f64::NAN);
        kib / 1024.0
    }
}

/// How long processors have worked for this process so far, in seconds.
pub(super) fn own_cpu_seconds() -> f64 {
    cpu_seconds("/proc/self/stat")
}

fn cpu_seconds(path: &str) -> f64 {
    let stat = std::fs::read_to_string(path).unwrap_or_default();
    // The name of the program may hold anything, and ends with the last bracket; user and system time are fields 14 and 15.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    times.sum::<f64>() / TICKS
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where it was measured.
pub(super) struct Machine {
    cores: usize,
    kernel: String,
    file_system: String,
    /// What else it was doing, as the load of the minute before.
    load: String,
}

impl Machine {
    /// This one, now.
    pub(super) fn here() -> Machine {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let mounts = read("/proc/mounts");
        let directory = env!("CARGO_TARGET_TMPDIR");
        let mounted = mounts.lines().filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((words.next()?, words.next()?))
        });
        let holding = mounted.filter(|(point, _)| Path::new(directory).starts_with(point));
        let file_system = holding.max_by_key(|(point, _)| point.len()).map_or("unknown", |(_, kind)| kind);
        Machine {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            file_system: file_system.to_owned(),
            load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        }
    }

    /// In one line.
    pub(super) fn said(&self) -> String {
        let Machine { cores, kernel, file_system, load } = self;
        format!("{cores} cores, Linux {kernel}, {file_system}; load before the run {load}")
    }

    /// For a machine.
    pub(super) fn as_json(&self) -> Value {
        let Machine { cores, kernel, file_system, load } = self;
        json!({ "cores": cores, "kernel": kernel, "file_system": file_system, "load_before": load })
    }
}
