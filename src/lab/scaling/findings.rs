//! What the figures of the lab `scaling` say, in words. Called by `scaling.rs`.

use super::{Measured, share};
use crate::lab::machine::Machine;
use crate::lab::report::{Figure, Unit, digits};
use crate::lab::round::{self, Round};
use crate::lab::spread::{Difference, Spread};
use crate::lang::Lang;

/// Cores that are busy for so much of the time, of a hundred, have no more to give.
const SATURATED: f64 = 85.0;

/// A sentence or two each: what more instances bring, why not more, and how the load was spread.
pub(super) fn findings(
    figures: &[Figure],
    measured: &Measured,
    machine: &Machine,
    lang: Lang,
) -> Vec<String> {
    let rates = &figures[0];
    let shown: Vec<String> = rates
        .arms
        .iter()
        .map(|arm| Unit::PerSecond.show(arm.spread().median))
        .collect();
    let shown = shown.join(", ");
    let more = rates.difference(&rates.arms[2]).0;
    let mut findings = vec![match more {
        Difference::Higher => lang.either(
            format!(
                "One, two and three instances answered {shown}: more of one service bring more, without a change to it."
            ),
            format!(
                "Una, dos y tres instancias respondieron {shown}: más instancias de un servicio rinden más, sin cambiar nada \
                 en él."
            ),
        ),
        Difference::NotSeen => lang.either(
            format!(
                "One, two and three instances answered {shown}: no difference is seen from one to three. Either there \
                 is none, or it is smaller than what the rounds differ among themselves."
            ),
            format!(
                "Una, dos y tres instancias respondieron {shown}: de una a tres no se ve diferencia. O no la hay, o es \
                 menor que lo que varían las rondas entre sí."
            ),
        ),
        Difference::Lower => lang.either(
            format!(
                "One, two and three instances answered {shown}: more instances even cost something here."
            ),
            format!(
                "Una, dos y tres instancias respondieron {shown}: aquí, más instancias incluso cuestan algo."
            ),
        ),
    }];
    findings.extend(limit(measured, machine, more, lang));
    let counted = measured.counted[2];
    let all: u64 = counted.iter().sum();
    let shares = counted.map(|count| share(count, all));
    let low = digits(shares.iter().copied().fold(100.0, f64::min));
    let high = digits(shares.iter().copied().fold(0.0, f64::max));
    findings.push(lang.either(
        format!(
            "Of three instances each got between {low} % and {high} % of the requests: the caller asks the less busy of two \
             that it picks at random."
        ),
        format!(
            "De tres instancias, cada una recibió entre el {low} % y el {high} % de las peticiones: quien llama elige dos al \
             azar y pregunta a la menos ocupada."
        ),
    ));
    let all: Vec<&Round> = measured.rounds.iter().flatten().collect();
    findings.extend(round::failures(&all, lang));
    findings.extend(round::unsettled(measured.unsettled, lang));
    findings
}

/// Whether the machine itself was the limit, and what that says of what was seen.
fn limit(measured: &Measured, machine: &Machine, more: Difference, lang: Lang) -> Option<String> {
    let [Spread { median: one, .. }, Spread { median: three, .. }] = [
        Spread::of(&measured.busy[0])?,
        Spread::of(&measured.busy[2])?,
    ];
    if machine.is_noisy() {
        return Some(lang.either(
            "Other programs kept the cores of this machine busy already before. What more instances could bring does not \
             show then: run it again once they are done.",
            "Otros programas ya ocupaban antes los núcleos de esta máquina. Así no se ve lo que podrían aportar más \
             instancias: repítelo cuando hayan terminado.",
        ).to_owned());
    }
    let cores = machine.cores;
    let [shown_one, shown_three] = [one, three].map(digits);
    let busy = lang.either(
        format!(
            "The {cores} cores of this machine were busy for {shown_one} % of the time with one instance and for \
             {shown_three} % with three"
        ),
        format!(
            "Los {cores} núcleos de esta máquina estuvieron ocupados el {shown_one} % del tiempo con una instancia y el \
             {shown_three} % con tres"
        ),
    );
    let so = match (one >= SATURATED, more == Difference::Higher) {
        (true, true) => lang.either(
            "a machine with more cores may bring more still.",
            "en una máquina con más núcleos podrían rendir aún más.",
        ),
        (true, false) => lang.either(
            "there was hardly anything left for another instance. Try it on a machine with more cores.",
            "apenas quedaba nada para otra instancia. Pruébalo en una máquina con más núcleos.",
        ),
        (false, true) => lang.either(
            "what more instances bring, they bring by using what was idle.",
            "lo que aportan más instancias sale de lo que estaba libre.",
        ),
        (false, false) => lang.either(
            "there was something left, and more instances did not use it, so the limit is elsewhere: the gateway, the \
             database that they share, or how many ask at a time.",
            "quedaba algo libre y más instancias no lo usaron, así que el límite está en otra parte: el gateway, la base de \
             datos que comparten, o cuántos piden a la vez.",
        ),
    };
    Some(format!("{busy}: {so}"))
}
