//! What follows from what was measured, and which answer it bears out. Read next: `further.rs`.

use super::super::report::Unit;
use super::super::round;
use super::super::spread::{Difference, Spread};
use super::further::{no_call, no_event};
use super::{Call, Coupling, Measured, Told, Turn, Way};
use crate::lang::Lang;

impl Coupling<'_> {
    /// The choice that the figures bear out.
    pub(super) fn answer(&self, measured: &Measured) -> Option<usize> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        if self.call.is_some() {
            let ways = [Way::Fast, Way::Slow];
            let main = self.is_slow(measured, p50, ways)?;
            let own = self.is_slow(measured, |turn| turn.own.within(0.5), ways)?;
            return match (main, own) {
                (false, false) => Some(0),
                (true, false) => Some(1),
                (true, true) => Some(2),
                (false, true) => None,
            };
        }
        if self.is_slow(measured, p50, [Way::Prompt, Way::Lagging])? {
            return Some(2);
        }
        match self.compare(measured, p50, [Way::Prompt, Way::Lagging])? {
            Difference::Higher => Some(1),
            _ => Some(0),
        }
    }

    /// What takes at least half of the delay longer has become slow.
    fn is_slow(
        &self,
        measured: &Measured,
        of: fn(&Turn) -> f64,
        [first, second]: [Way; 2],
    ) -> Option<bool> {
        let [first, second] = [first, second].map(|way| median(measured.of(way), of));
        Some(second? - first? >= self.delay * 500.0)
    }

    fn compare(
        &self,
        measured: &Measured,
        of: fn(&Turn) -> f64,
        [first, second]: [Way; 2],
    ) -> Option<Difference> {
        let [first, second] = [first, second].map(|way| spread(measured.of(way), of));
        Some(first?.compare(&second?))
    }

    pub(super) fn findings(&self, measured: &Measured, lang: Lang) -> Vec<String> {
        let mut findings = Vec::new();
        match &self.call {
            Some(call) => {
                findings.extend(self.waited(call, measured, lang));
                findings.extend(self.guarded(call, measured, lang));
                findings.extend(self.own(call, measured, lang));
            }
            None => findings.push(no_call(lang)),
        }
        match &self.event {
            Some(told) => findings.extend(self.told(told, measured, lang)),
            None => findings.push(no_event(lang)),
        }
        findings.extend(self.failures(measured, lang));
        findings.extend(round::unsettled(measured.unsettled, lang));
        findings
    }

    /// What waiting for a slow one costs.
    fn waited(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        let [fast, slow] = shown(measured, p50, Unit::Milliseconds, [Way::Fast, Way::Slow])?;
        let rates = [Way::Fast, Way::Slow];
        let [many, few] = shown(measured, |turn| turn.main.rate(), Unit::PerSecond, rates)?;
        let (caller, callee) = (&call.drive.service.name, call.callee);
        let request = call.drive.name();
        Some(match self.compare(measured, p50, [Way::Fast, Way::Slow])? {
            Difference::Higher => lang.either(
                format!(
                    "A synchronous call couples in time: {request} took {fast}, and {slow} once {callee} was slow, though \
                         nothing was wrong with {caller}. The same clients got {few} done instead of {many}: each waits."
                ),
                format!(
                    "Una llamada síncrona acopla en el tiempo: {request} tardó {fast}, y {slow} cuando {callee} era lento, \
                         aunque a {caller} no le pasaba nada. Los mismos clientes lograron {few} en vez de {many}: cada uno \
                         espera."
                ),
            ),
            _ => lang.either(
                format!(
                    "{request} took {fast}, and {slow} with {callee} slow: it did not become slower. Perhaps its own code \
                         does not ask {callee} any more."
                ),
                format!(
                    "{request} tardó {fast}, y {slow} con {callee} lento: no se volvió más lenta. Puede que su propio código \
                         ya no pregunte a {callee}."
                ),
            ),
        })
    }

    /// What a deadline and a breaker bring, and what not.
    fn guarded(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let ways = [Way::Slow, Way::Guarded];
        let failed = |turn: &Turn| turn.main.failed();
        let [.., share] = shown(measured, failed, Unit::Percent, ways)?;
        let bad = |turn: &Turn| turn.main.until_failed();
        let longest = |turn: &Turn| turn.main.within(0.99);
        let [.., soon] = shown(measured, bad, Unit::Milliseconds, ways)?;
        let [slow, most] = shown(measured, longest, Unit::Milliseconds, ways)?;
        let (caller, callee, deadline) = (&call.drive.service.name, call.callee, self.deadline);
        let turns = measured.of(Way::Guarded).iter();
        if turns.map(failed).all(|share| share <= 0.0) {
            return Some(lang.either(
                format!(
                    "With a deadline of {deadline} ms and a circuit breaker in {caller} nothing failed."
                ),
                format!(
                    "Con un tiempo límite de {deadline} ms y un cortacircuitos en {caller} no falló nada."
                ),
            ));
        }
        let refusal = measured.refusal.as_deref();
        let refusal = refusal.unwrap_or_else(|| lang.either("no answer", "ninguna respuesta"));
        Some(lang.either(
            format!(
                "A deadline of {deadline} ms and a circuit breaker did not make {callee} quick: {share} failed, with \
                 {refusal}. But half of them failed within {soon}, and 99 % of all were over within {most} instead of {slow}: \
                 once the breaker is open nobody waits any more, and {callee} gets only a try every few seconds."
            ),
            format!(
                "Un tiempo límite de {deadline} ms y un cortacircuitos no hicieron rápido a {callee}: falló el {share}, con \
                 {refusal}. Pero la mitad de ellas falló en {soon} o menos, y el 99 % de todas acabó en {most} en vez de \
                 {slow}: con el cortacircuitos abierto ya no espera nadie, y a {callee} solo le llega un intento cada pocos \
                 segundos."
            ),
        ))
    }

    /// How what calls nobody fared.
    fn own(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.own.within(0.5);
        let ways = [Way::Fast, Way::Slow];
        let [fast, slow] = shown(measured, p50, Unit::Milliseconds, ways)?;
        let [.., guarded] = shown(measured, p50, Unit::Milliseconds, [Way::Fast, Way::Guarded])?;
        let (own, callee) = (call.own.name(), call.callee);
        let difference = self.compare(measured, p50, ways)?;
        let seen = match difference {
            Difference::NotSeen => lang.either("no difference is seen", "no se ve diferencia"),
            Difference::Higher => lang.either("it became slower", "se volvió más lenta"),
            Difference::Lower => lang.either("it even became quicker", "incluso más rápida"),
        };
        let so = match difference {
            Difference::Higher => lang.either(
                format!(
                    "It does not ask {callee}, and became slower with it all the same. Perhaps what waits for {callee} \
                     holds something that it needs as well; the figures don't say."
                ),
                format!(
                    "No pregunta a {callee} y aun así se volvió más lenta con él. Quizá lo que espera a {callee} ocupe algo \
                     que ella también necesita; las cifras no lo dicen."
                ),
            ),
            Difference::NotSeen | Difference::Lower => lang.either(
                format!("What does not ask {callee} is not coupled to it."),
                format!("Lo que no pregunta a {callee} no está acoplado a él."),
            ),
        };
        Some(lang.either(
            format!(
                "{own}, which the same service answers by itself, took {fast} with {callee} fast, {slow} with it slow and \
                 waited for ({seen}), and {guarded} guarded. {so}"
            ),
            format!(
                "{own}, que el mismo servicio responde solo, tardó {fast} con {callee} rápido, {slow} con él lento y \
                 esperándolo ({seen}), y {guarded} con protección. {so}"
            ),
        ))
    }

    fn told(&self, told: &Told, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        let ways = [Way::Prompt, Way::Lagging];
        let [prompt, lagging] = shown(measured, p50, Unit::Milliseconds, ways)?;
        let [.., waiting] = shown(measured, |turn| turn.waiting as f64, Unit::Count, ways)?;
        let (consumer, publisher) = (told.consumer, &told.drive.service.name);
        let request = told.drive.name();
        let (decouples, slower) = self.decouples(told, measured, lang)?;
        let arrived = match measured.arrived {
            true => lang.either(
                "and arrived once it was quick again",
                "y llegaron en cuanto volvió a ser rápido",
            ),
            false => lang.either(
                "and some still waited when the lab ended",
                "y algunos aún esperaban al acabar el laboratorio",
            ),
        };
        Some(lang.either(
            format!(
                "{decouples}{request} took {prompt}, and {lagging} with {consumer} slow{slower} {waiting} events waited in \
                 the outbox of {publisher} at the end of a round, {arrived}."
            ),
            format!(
                "{decouples}{request} tardó {prompt}, y {lagging} con {consumer} lento{slower} {waiting} eventos esperaban \
                 al final de una ronda en la bandeja de salida (outbox) de {publisher}, {arrived}."
            ),
        ))
    }

    /// Whether a queue decouples, as far as the figures tell: what the sentence on them begins with, and goes on with.
    fn decouples(
        &self,
        told: &Told,
        measured: &Measured,
        lang: Lang,
    ) -> Option<(&'static str, String)> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        let ways = [Way::Prompt, Way::Lagging];
        let decouples = lang.either("A queue decouples: ", "Una cola desacopla: ");
        let consumer = told.consumer;
        Some(match self.compare(measured, p50, ways)? {
            Difference::Higher if self.is_slow(measured, p50, ways)? => (
                "",
                lang.either(
                    format!(
                        ". So it waits for {consumer}, though it only tells it something: look at what else it does."
                    ),
                    format!(
                        ". Así que espera a {consumer}, aunque solo le avisa: mira qué más hace."
                    ),
                ),
            ),
            Difference::Higher => (
                decouples,
                lang.either(
                    format!(
                        ", which is slower, but by less than half of what {consumer} takes longer. Perhaps it shares the \
                         cores with the work of delivering; the figures don't say."
                    ),
                    format!(
                        ", más lenta, pero menos de la mitad de lo que tarda de más {consumer}. Quizá comparta los núcleos \
                         con el trabajo de entregar; las cifras no lo dicen."
                    ),
                ),
            ),
            Difference::NotSeen | Difference::Lower => (
                decouples,
                lang.either(
                    " (no slower, as far as the rounds tell).",
                    " (no más lenta, según las rondas).",
                )
                .to_owned(),
            ),
        })
    }

    /// What failed where nothing should.
    fn failures(&self, measured: &Measured, lang: Lang) -> Option<String> {
        let expected = Way::ALL.into_iter().filter(|way| *way != Way::Guarded);
        let main = expected
            .flat_map(|way| measured.of(way))
            .map(|turn| &turn.main);
        let own = measured.turns.iter().flatten().map(|turn| &turn.own);
        let (mut failed, mut all) = (0, 0);
        for sent in main.chain(own) {
            failed += sent.bad.len();
            all += sent.bad.len() + sent.good.len();
        }
        (failed > 0).then(|| {
            lang.either(
                format!(
                    "{failed} of {all} requests failed that had a service which was there and waited for: find out why before \
                     you trust the figures."
                ),
                format!(
                    "Fallaron {failed} de {all} peticiones cuyo servicio estaba ahí y esperaba: averigua por qué antes de \
                     fiarte de las cifras."
                ),
            )
        })
    }
}

fn spread(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> Option<Spread> {
    Spread::of(&turns.iter().map(of).collect::<Vec<f64>>())
}

fn median(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> Option<f64> {
    spread(turns, of).map(|spread| spread.median)
}

/// The medians of two ways, with their unit.
fn shown(
    measured: &Measured,
    of: impl Fn(&Turn) -> f64,
    unit: Unit,
    [first, second]: [Way; 2],
) -> Option<[String; 2]> {
    let show = |way: Way| Some(unit.show(median(measured.of(way), &of)?));
    Some([show(first)?, show(second)?])
}
