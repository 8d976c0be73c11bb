//! A load tool: some connections, each with one request at a time, sent as the same bytes again and again.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

/// A request as bytes, and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    address: String,
    bytes: Vec<u8>,
}

impl Request {
    pub(crate) fn get(url: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        Self::new(url, "GET", path, headers, "")
    }

    pub(crate) fn form(url: &str, path: &str, body: &str) -> Self {
        let length = body.len().to_string();
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", length.as_str())];
        Self::new(url, "POST", path, &headers, body)
    }

    fn new(url: &str, verb: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let address = url.trim_start_matches("http://").to_owned();
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
        let bytes = format!("{verb} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n{body}").into_bytes();
        Self { address, bytes }
    }
}

/// What a run gave.
#[derive(Debug, Default)]
pub(crate) struct Report {
    latencies: Vec<Duration>,
    took: Duration,
    /// Answers that were no 2xx.
    pub(crate) failures: usize,
    /// How many answers had which status.
    pub(crate) statuses: BTreeMap<u16, usize>,
}

impl Report {
    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// The run with the highest rate: the one that was disturbed least.
    pub(crate) fn best(reports: Vec<Self>) -> Self {
        reports.into_iter().max_by(|a, b| a.rate().total_cmp(&b.rate())).unwrap_or_default()
    }

    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}/s, median {:.2} ms, p99 {:.2} ms", self.rate(), self.percentile(50), self.percentile(99))
    }
}

/// Sends a request over and over.
pub(crate) async fn run(request: &Request, connections: usize, duration: Duration) -> anyhow::Result<Report> {
    let start = Instant::now();
    let end = start + duration;
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let request = request.clone();
        tasks.spawn(async move { connection(&request, end).await });
    }
    let mut report = Report::default();
    while let Some(outcome) = tasks.join_next().await {
        let (latencies, statuses) = outcome??;
        report.latencies.extend(latencies);
        for (status, count) in statuses {
            *report.statuses.entry(status).or_default() += count;
        }
    }
    report.failures = report.statuses.iter().filter(|(status, _)| **status / 100 != 2).map(|(_, count)| count).sum();
    report.took = start.elapsed();
    report.latencies.sort();
    Ok(report)
}

async fn connection(request: &Request, end: Instant) -> anyhow::Result<(Vec<Duration>, BTreeMap<u16, usize>)> {
    let mut stream = TcpStream::connect(&request.address).await?;
    stream.set_nodelay(true)?;
    let (mut latencies, mut statuses, mut buffer) = (Vec::new(), BTreeMap::new(), Vec::with_capacity(1 << 20));
    while Instant::now() < end {
        let start = Instant::now();
        stream.write_all(&request.bytes).await?;
        *statuses.entry(answer(&mut stream, &mut buffer).await?).or_default() += 1;
        latencies.push(start.elapsed());
    }
    Ok((latencies, statuses))
}

/// Reads one answer to its end; its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&buffer[..head])?;
        let status = text.split(' ').nth(1).context("an answer without a status")?.parse()?;
        let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        if header("transfer-encoding: chunked").is_some() {
            while !buffer.ends_with(b"0\r\n\r\n") {
                if stream.read_buf(buffer).await? == 0 {
                    bail!("the server closed the connection");
                }
            }
            return Ok(status);
        }
        let length: usize = header("content-length: ").context("an answer without a length")?.parse()?;
        while buffer.len() < head + 4 + length {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        return Ok(status);
    }
}
