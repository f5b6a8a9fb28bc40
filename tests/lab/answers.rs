//! A server that returns the measurements that a test wants, in place of Prometheus and of web services. In: a path,
//! `/value/0.995`, `/value/nothing`, `/points/2,3`, `/json/status/ok`, `/document/7b7d`. Out: the answer of Prometheus or
//! Graphite (`/points`) with that value or without any, `{"status": "ok"}`, and the JSON with these bytes in hexadecimal,
//! `{}`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::failure::Failure;

/// A running server, which ends with the process.
#[derive(Clone, Debug)]
pub struct Answers {
    port: u16,
}

impl Answers {
    /// Starts it.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    // A client that disconnects needs no answer.
                    let _ = answer(stream);
                });
            }
        });
        Ok(Self { port })
    }

    /// The address of a Prometheus that answers every query with this value.
    pub fn prometheus(&self, value: &str) -> String {
        format!("http://127.0.0.1:{}/value/{value}", self.port)
    }

    /// The address of a Graphite with these points, separated by commas; `absent` for no series. A double: Graphite is no
    /// Go module.
    pub fn graphite(&self, value: &str) -> String {
        format!("http://127.0.0.1:{}/points/{value}", self.port)
    }

    /// The address of a JSON document.
    pub fn document(&self, text: &str) -> String {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("http://127.0.0.1:{}/document/{bytes}", self.port)
    }

    /// The address of a JSON object with this one field.
    pub fn json(&self, field: &str, value: &str) -> String {
        format!("http://127.0.0.1:{}/json/{field}/{value}", self.port)
    }
}

fn from_hexadecimal(text: &str) -> Option<Value> {
    let bytes: Option<Vec<u8>> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    serde_json::from_slice(&bytes?).ok()
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let body = body(request.split(' ').nth(1).unwrap_or_default()).to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
    write!(stream, "{head} {}\r\n\r\n{body}", body.len())
}

fn body(path: &str) -> Value {
    match path.split('/').collect::<Vec<_>>()[..] {
        ["", "value", value, .., last] if last.starts_with("query_range") => {
            json!({"status": "success", "data": {"resultType": "matrix", "result": [
                {"metric": {}, "values": [[1, value], [2, value]]}]}})
        }
        ["", "value", value, ..] => {
            let vector = if value == "nothing" { json!([]) } else { json!([{"metric": {}, "value": [1, value]}]) };
            json!({"status": "success", "data": {"resultType": "vector", "result": vector}})
        }
        // Graphite answers an empty list if it knows no such series.
        ["", "points", "absent", ..] => json!([]),
        ["", "points", value, ..] => {
            // Graphite answers null for a moment without a measurement.
            let point = |(second, value): (u64, &str)| json!([value.parse::<f64>().ok(), second]);
            let datapoints: Vec<Value> = (1..).zip(value.split(',')).map(point).collect();
            json!([{"target": "orders", "datapoints": datapoints}])
        }
        ["", "document", bytes, ..] => from_hexadecimal(bytes).unwrap_or(Value::Null),
        ["", "json", field, value, ..] => json!({ field: value }),
        _ => Value::Null,
    }
}
