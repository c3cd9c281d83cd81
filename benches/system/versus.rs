//! The shop beside the lesson's Flask services: requests per second, latency, memory.

use std::thread;
use std::time::{Duration, Instant};

use super::figures::aim;
use super::load::{Load, heading, row, there};
use super::memory::{Sizes, peak};
use super::program::System;
use super::servers::postgres::Postgres;
use super::servers::rabbitmq::RabbitMq;
use super::{lesson, shop};

const ROUNDS: usize = 3;
const SECONDS: u32 = 3;
/// A new process has come to rest after this.
const REST: Duration = Duration::from_secs(1);
/// Events that take longer to arrive are not waited for.
const ARRIVAL: Duration = Duration::from_secs(15);

/// Reads and orders.
const KINDS: [&str; 2] = ["GET /api/users/{id}", "POST /api/orders"];
/// How many times the requests of Flask at least.
const TIMES: f64 = 20.0;

/// One side, with what was seen of it.
struct Side {
    system: System,
    /// The name in front of its databases; Flask has none.
    key: Option<&'static str>,
    idle: Sizes,
    busy: Sizes,
    /// For each kind.
    rounds: [Vec<Load>; 2],
    arrivals: Vec<f64>,
}

impl Side {
    fn new(system: System, key: Option<&'static str>) -> Self {
        Self {
            system,
            key,
            idle: Sizes::default(),
            busy: Sizes::default(),
            rounds: Default::default(),
            arrivals: Vec::new(),
        }
    }

    fn round(&mut self, kind: usize, postgres: &Postgres) {
        let work = || match kind {
            0 => self.system.read(SECONDS),
            _ => self.system.write(SECONDS),
        };
        let (load, sizes) = peak(&self.system.programs, work);
        self.busy = std::mem::take(&mut self.busy).larger(sizes);
        self.rounds[kind].push(load);
        if let (1, Some(key)) = (kind, self.key) {
            self.arrivals.push(arrival(key, postgres));
        }
    }
}

/// Waits until the payment service has heard of every order, so that the next round is not disturbed. In seconds.
fn arrival(key: &str, postgres: &Postgres) -> f64 {
    let begun = Instant::now();
    loop {
        let (orders, payments) = shop::orders_and_payments(key, postgres);
        if payments >= orders {
            return begun.elapsed().as_secs_f64();
        }
        if begun.elapsed() > ARRIVAL {
            let left = orders - payments;
            println!(
                "{key}: {left} events are under way after {ARRIVAL:?}, and disturb what comes next"
            );
            return f64::INFINITY;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Measures and prints.
pub fn measure() {
    println!("== The shop beside the lesson\n");
    let Some(postgres) = Postgres::start().filter(|_| there()) else {
        println!("Left out: it needs PostgreSQL and wrk.\n");
        return;
    };
    let rabbitmq = RabbitMq::start();
    let mut sides = Vec::new();
    let over_http = shop::system("http", "shop", &postgres, None);
    sides.push(Side::new(over_http, Some("http")));
    if let Some(rabbitmq) = &rabbitmq {
        let over_broker =
            shop::system("broker", "shop, RabbitMQ", &postgres, Some(&rabbitmq.url()));
        sides.push(Side::new(over_broker, Some("broker")));
    }
    sides.extend(lesson::system().map(|flask| Side::new(flask, None)));
    thread::sleep(REST);
    for side in &mut sides {
        side.idle = Sizes::of(&side.system.programs);
        side.system.read(1);
    }
    for _ in 0..ROUNDS {
        for kind in 0..KINDS.len() {
            for side in &mut sides {
                side.round(kind, &postgres);
            }
        }
    }
    speed(&sides);
    memory(&sides);
}

fn speed(sides: &[Side]) {
    println!(
        "wrk -t1 -c32, {ROUNDS} rounds of {SECONDS} s in turns, medians; cpu: of gateway and services, without servers\n"
    );
    for (kind, what) in KINDS.iter().enumerate() {
        heading(what);
        let print = |side: &Side| row(side.system.name, &side.rounds[kind]);
        let loads: Vec<Load> = sides.iter().map(print).collect();
        for (side, load) in sides.iter().zip(&loads) {
            if let Some(flask) = theirs(sides).map(|at| loads[at])
                && side.key.is_some()
            {
                let times = load.rate / flask.rate;
                let label = format!("{what}: {} / Flask", side.system.name);
                aim(
                    &label,
                    &format!("{times:.1}"),
                    "at least 20",
                    times >= TIMES,
                );
            }
        }
        println!();
    }
    for side in sides.iter().filter(|side| side.key.is_some()) {
        let after: Vec<String> = side
            .arrivals
            .iter()
            .map(|seconds| format!("{seconds:.2}"))
            .collect();
        println!(
            "{}: after each load, seconds until the last event had arrived (inf: given up): {}",
            side.system.name,
            after.join(" ")
        );
    }
}

fn memory(sides: &[Side]) {
    println!(
        "\nMemory in MiB, without that of servers (PostgreSQL, RabbitMQ); under load the most that was seen\n"
    );
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9}",
        "", "idle RSS", "idle PSS", "load RSS", "load PSS"
    );
    for side in sides {
        let names = side.system.programs.iter().map(|program| &*program.name);
        let sizes = side.idle.each.iter().zip(&side.busy.each);
        let sum = ("all", (&side.idle.sum, &side.busy.sum));
        for (name, (idle, busy)) in names.zip(sizes).chain([sum]) {
            println!(
                "{:<34} {:>9.1} {:>9.1} {:>9.1} {:>9.1}",
                format!("{}: {name}", side.system.name),
                idle.resident,
                idle.share,
                busy.resident,
                busy.share
            );
        }
    }
    for side in sides.iter().filter(|side| side.key.is_some()) {
        let largest = side
            .idle
            .each
            .iter()
            .map(|size| size.resident)
            .fold(0.0, f64::max);
        let label = format!("{}: the largest process, idle, RSS", side.system.name);
        aim(
            &label,
            &format!("{largest:.1} MiB"),
            "at most 15",
            largest <= 15.0,
        );
        if let Some(flask) = theirs(sides).map(|at| &sides[at]) {
            let parts = [
                (
                    "idle, RSS",
                    side.idle.sum.resident / flask.idle.sum.resident,
                ),
                (
                    "under load, RSS",
                    side.busy.sum.resident / flask.busy.sum.resident,
                ),
                (
                    "under load, PSS",
                    side.busy.sum.share / flask.busy.sum.share,
                ),
            ];
            for (when, part) in parts {
                let label = format!("{} / Flask, {when}", side.system.name);
                aim(&label, &format!("{part:.2}"), "at most 0.1", part <= 0.1);
            }
        }
    }
    println!();
}

/// Where Flask is among the sides.
fn theirs(sides: &[Side]) -> Option<usize> {
    sides.iter().position(|side| side.key.is_none())
}
