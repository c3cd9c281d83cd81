//! What a lab ran on, and how busy it was: half of what a figure means. Read by each lab.

use super::report::Unit;
use crate::lang::Lang;

/// What the figures depend on beside what is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Processor cores that the system and the load on it share.
    pub cores: usize,
    /// Whether the programs were built with optimizations.
    pub release: bool,
    /// How busy the cores were with something else just before, of a hundred; `None` where the machine does not say.
    pub others: Option<f64>,
}

/// More than this makes rounds differ among themselves.
const NOISY: f64 = 20.0;

/// Time that the cores of a machine have spent so far, in ticks of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticks {
    busy: u64,
    all: u64,
}

impl Machine {
    /// Whether other programs use it so much that rounds differ among themselves.
    pub fn is_noisy(&self) -> bool {
        self.others.is_some_and(|busy| busy > NOISY)
    }

    /// What it is, for the report.
    pub fn setting(&self, lang: Lang) -> Vec<(String, String)> {
        let Self {
            cores,
            release,
            others,
        } = self;
        let profile = match (release, lang) {
            (false, Lang::En) => "dev, not optimized; --release measures the other",
            (false, Lang::Es) => "dev, sin optimizar; --release mide el otro",
            (true, Lang::En) => "release, optimized",
            (true, Lang::Es) => "release, optimizado",
        };
        let cores = lang.either(
            format!("{cores}, shared by the system and the load on it"),
            format!("{cores}, compartidos entre el sistema y la carga que recibe"),
        );
        let mut rows = vec![
            (
                lang.either("build profile", "perfil de compilación"),
                profile.to_owned(),
            ),
            (lang.either("processor cores", "núcleos"), cores),
        ];
        if let Some(busy) = others {
            let shown = Unit::Percent.show(busy.round());
            let fact = match self.is_noisy() {
                true => lang.either(
                    format!(
                        "kept the cores busy for {shown} of the time just before; expect noise, and end them if you can"
                    ),
                    format!(
                        "ocupaban los núcleos el {shown} del tiempo justo antes; habrá ruido, ciérralos si puedes"
                    ),
                ),
                false => lang.either(
                    format!("kept the cores busy for {shown} of the time just before"),
                    format!("ocupaban los núcleos el {shown} del tiempo justo antes"),
                ),
            };
            rows.push((lang.either("other programs", "otros programas"), fact));
        }
        let rows = rows.into_iter().map(|(name, fact)| (name.to_owned(), fact));
        rows.collect()
    }
}

impl Ticks {
    /// Reads the first line of Linux' `/proc/stat`: user, nice, system, idle, iowait and what else there is.
    pub fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .map_while(|word| word.parse().ok())
            .collect();
        // What guests took is part of `user` and `nice` already.
        let all: u64 = ticks.iter().take(8).sum();
        let idle = ticks.get(3)? + ticks.get(4).unwrap_or(&0);
        Some(Self {
            busy: all - idle,
            all,
        })
    }

    /// The share of the time since then that the cores were busy, of a hundred.
    pub fn busy_since(&self, before: &Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        let busy = self.busy.saturating_sub(before.busy);
        Some(busy as f64 / all as f64 * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_that_is_busy_is_what_was_neither_idle_nor_waiting() {
        let at = |text: &str| Ticks::parse(text).unwrap();
        let before = at("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3 4\n");
        let after = at("cpu  250 0 150 850 150 0 0 0 50 0\n");
        assert_eq!(after.busy_since(&before), Some(50.0));
        assert_eq!(before.busy_since(&before), None);
        assert_eq!(Ticks::parse("intr 1 2 3"), None);
    }

    #[test]
    fn a_machine_that_others_use_is_told() {
        let setting = |others| {
            let machine = Machine {
                cores: 2,
                release: false,
                others,
            };
            let rows = machine.setting(Lang::En);
            rows.into_iter()
                .map(|(_, fact)| fact)
                .collect::<Vec<_>>()
                .join("; ")
        };
        assert!(
            setting(Some(93.4)).contains("93 %") && setting(Some(93.4)).contains("expect noise")
        );
        assert!(setting(Some(3.0)).contains("3 %") && !setting(Some(3.0)).contains("expect noise"));
        assert!(!setting(None).contains("just before"));
    }
}
