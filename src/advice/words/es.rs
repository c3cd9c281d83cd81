//! The words in Spanish.

use super::{Asked, Interview, Words, counted, named};
use crate::advice::{
    Answer, Candidate, Consistency, Domain, EXTRACT_FROM, Finding, Limit, MICROSERVICES_FROM,
    Operations, Question, Releases, Scaling, Shape, Stage, Step, Technology,
};

pub(super) const WORDS: Words = Words {
    shape,
    short_shape,
    score: |score| {
        format!(
            "puntuación {score}; desde {EXTRACT_FROM:+} se extrae un servicio, \
             desde {MICROSERVICES_FROM:+} son microservicios"
        )
    },
    weight: "peso",
    sum: "suma: por encima de 0 habla a favor de microservicios, por debajo a favor del monolito",
    manifest: "manifiesto",
    not_known: "no se sabe",
    counts_nothing: "cuenta como 0",
    unknown: |count| {
        format!(
            "{}: el consejo vale lo que vale lo que se sabe.",
            counted(count, "respuesta no se sabe", "respuestas no se saben")
        )
    },
    limit,
    changes: "Qué lo cambiaría:",
    no_changes: |points| match points {
        Some(points) => format!(
            "Ninguna otra respuesta a una sola pregunta lo cambiaría: está a {}.",
            counted(
                usize::try_from(points).unwrap_or_default(),
                "punto",
                "puntos"
            )
        ),
        None => "Ninguna otra respuesta a una sola pregunta lo cambiaría.".to_owned(),
    },
    extracted: "Ya extraídos:",
    first: |shape| match shape {
        Shape::Monolith => "Si algún día hace falta, el primero en salir:",
        Shape::Extract => "A extraer:",
        Shape::Microservices => "El primero en salir:",
    },
    not_first: "Mejor no empieces por:",
    easier: "Más fácil para empezar:",
    candidate,
    next: "Ahora:",
    step,
    why,
    finding,
    asked,
    label,
    interview: Interview {
        opening: "¿Un proceso o muchos? Pulsa Intro donde no lo sepas.",
        nobody: "nota: no hay terminal en la que preguntar y ninguna opción da una respuesta, así que el consejo no es sobre nada en concreto",
        a_number: "un número, de 1 en adelante",
        one_of: "no es ninguna de las opciones:",
        more_teams: "no puede haber más equipos que personas",
        did_you_mean: "¿querías decir",
        not_known: "no se sabe",
        again: "Lo mismo sin preguntas:",
        yes: &["sí", "si", "s"],
        no: &["no", "n"],
        ended: "la entrevista terminó antes de su última pregunta",
    },
};

fn shape(shape: Shape, taken_out: usize) -> String {
    match shape {
        Shape::Monolith => "Quédate con un solo proceso: un monolito modular.".to_owned(),
        Shape::Extract => format!(
            "Un monolito modular con {}.",
            counted(
                taken_out,
                "servicio extraído",
                "servicios extraídos, uno tras otro"
            )
        ),
        Shape::Microservices => {
            "Microservicios, a los que se llega desde el monolito modular, servicio a servicio."
                .to_owned()
        }
    }
}

fn short_shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Monolith => "un monolito modular",
        Shape::Extract => "un monolito modular con un servicio extraído",
        Shape::Microservices => "microservicios",
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::NoNeed => {
            "Solo por la puntuación sería más. Pero no se sabe de ninguna parte que tenga que escalar, construirse o \
             desplegarse de otro modo: con más procesos no ganarías nada."
        }
        Limit::NoOperations => {
            "Solo por la puntuación serían microservicios. Pero no se sabe de nadie que haya operado algo así: \
             da un primer paso y aprende de él."
        }
        Limit::OneService => {
            "Solo por la puntuación sería más. Pero solo hay un servicio: no hay nada que extraer."
        }
    }
}

fn candidate(one: &Candidate) -> String {
    let callers = match one.callers.len() {
        0 => "nadie lo espera".to_owned(),
        1 => format!("1 servicio lo espera{}", named(&one.callers)),
        count => format!("{count} servicios lo esperan{}", named(&one.callers)),
    };
    let calls = match one.calls.len() {
        0 => "no espera a nadie".to_owned(),
        count => format!(
            "espera a {}{}",
            counted(count, "servicio", "servicios"),
            named(&one.calls)
        ),
    };
    let mut parts = vec![callers, calls];
    if one.in_circle {
        parts.insert(0, "sus llamadas vuelven a él".to_owned());
    }
    if one.events > 0 {
        parts.push(format!(
            "{} de entrada o salida",
            counted(one.events, "evento", "eventos")
        ));
    }
    parts.push(match one.has_data {
        true => "tiene datos propios".to_owned(),
        false => "no tiene datos propios".to_owned(),
    });
    parts.join("; ")
}

fn step(step: &Step) -> &'static str {
    match step {
        Step::New => "escribe un workspace: un crate por servicio, un proceso para todos",
        Step::Run => "lo arranca todo en esta máquina",
        Step::RunAsMany => "prueba cada servicio en un proceso propio",
        Step::Check => "muestra en su sitio las dependencias que sobran en el manifiesto",
        Step::Extract(_) => "le da un proceso propio, sin tocar su código",
        Step::Absorb(_) => "lo devuelve si no valió la pena",
        Step::Explain => "las razones, con más detalle",
    }
}

fn why(answer: Answer) -> &'static str {
    match answer {
        Answer::Team(0..=5) => {
            "tan pocos conocen todo el código; cada proceso solo les quita tiempo"
        }
        Answer::Team(6..=9) => "con menos de 10, llevar muchos procesos cuesta más de lo que da",
        Answer::Team(10..=50) => "bastan para algunos servicios y aún caben en una base de código",
        Answer::Team(_) => "con más de 50 en una base de código, unos esperan a otros",
        Answer::Teams(0..=1) => "un solo equipo no tiene de quién independizarse",
        Answer::Teams(2..=3) => "un equipo trabaja mejor en partes que son solo suyas",
        Answer::Teams(_) => "cuantos más equipos, más caro es ponerse de acuerdo en todo",
        Answer::Domain(Domain::Moving) => {
            "mover una frontera es editar código en un proceso; entre dos, migrar"
        }
        Answer::Domain(Domain::Simple) => "hay poco que dividir",
        Answer::Domain(Domain::Known) => "unas fronteras que duran aguantan una red entre ellos",
        Answer::Scaling(Scaling::Same) => "varias copias del único proceso escalan igual de bien",
        Answer::Scaling(Scaling::One) => "solo esa parte recibe más instancias",
        Answer::Scaling(Scaling::Several) => "cada una recibe las instancias que necesita",
        Answer::Technology(Technology::Same) => "no inclina la balanza",
        Answer::Technology(Technology::Different) => "otro entorno de ejecución es otro proceso",
        Answer::Operations(Operations::None) => {
            "quien no ve fallar un sistema distribuido no puede arreglarlo"
        }
        Answer::Operations(Operations::Some) => "basta para unos pocos procesos",
        Answer::Operations(Operations::Strong) => "sabes ver y arreglar muchos procesos",
        Answer::Stage(Stage::Mvp) => "aún no se sabe qué será, y la rapidez lo es todo",
        Answer::Stage(Stage::Growing) => "es el momento de mirar dónde duele",
        Answer::Stage(Stage::Established) => "se sabe qué es, y va a durar",
        Answer::Releases(Releases::Together) => "un solo despliegue es el más sencillo",
        Answer::Releases(Releases::Independent) => {
            "solo un proceso propio se despliega por su cuenta"
        }
        Answer::Consistency(Consistency::Transactions) => {
            "una base de datos confirma de una vez; entre servicios hacen falta sagas"
        }
        Answer::Consistency(Consistency::Eventual) => "entonces los eventos pueden unir las partes",
    }
}

fn finding(finding: Finding) -> String {
    match finding {
        Finding::Staffing { services, people } => format!(
            "{} para {}; cada uno pide unas tres",
            counted(services, "servicio", "servicios"),
            counted(
                usize::try_from(people).unwrap_or(usize::MAX),
                "persona",
                "personas"
            )
        ),
        Finding::Circles(count) => format!(
            "{}: esos servicios solo funcionan juntos",
            counted(count, "círculo de llamadas", "círculos de llamadas")
        ),
        Finding::LongChains(count) => format!(
            "{}: cada llamada de más suma su latencia y sus fallos",
            counted(
                count,
                "aviso sobre cadenas largas de llamadas",
                "avisos sobre cadenas largas de llamadas"
            )
        ),
        Finding::Hubs(count) => format!(
            "{} con muchos otros a la espera",
            counted(count, "servicio central", "servicios centrales")
        ),
        Finding::NothingOwn(count) => format!(
            "{} sin nada propio, solo de paso entre otros",
            counted(count, "servicio", "servicios")
        ),
        Finding::Ties { events, calls } => format!(
            "{} y {} entre servicios; solo una llamada hace esperar",
            counted(events, "evento", "eventos"),
            counted(calls, "llamada", "llamadas")
        ),
    }
}

fn asked(question: Question) -> Asked {
    let (name, ask, why) = match question {
        Question::Team => (
            "personas",
            "¿Cuántas personas lo construyen?",
            "cada proceso necesita un dueño",
        ),
        Question::Teams => (
            "equipos",
            "¿En cuántos equipos?",
            "un servicio es para un equipo que trabaja por su cuenta",
        ),
        Question::Domain => (
            "dominio",
            "¿Es complejo el dominio? ¿Sus fronteras se conocen o aún cambian?",
            "una frontera mal puesta sale cara entre procesos",
        ),
        Question::Scaling => (
            "escalado",
            "¿Hay partes que tengan que escalar de otro modo?",
            "lo que escala solo tiene que ejecutarse solo",
        ),
        Question::Technology => (
            "tecnología",
            "¿Necesita alguna parte otro lenguaje o entorno de ejecución?",
            "eso no puede compartir proceso",
        ),
        Question::Operations => (
            "operación",
            "¿Cuánta experiencia hay con monitorización y despliegue automático?",
            "muchos procesos fallan de más de una manera",
        ),
        Question::Stage => (
            "etapa",
            "¿Es una idea o MVP, un producto que crece o uno asentado?",
            "al principio todo cambia",
        ),
        Question::Releases => (
            "despliegues",
            "¿Hay que desplegar partes sin esperar a las demás?",
            "es la razón de más peso para los equipos",
        ),
        Question::Consistency => (
            "consistencia",
            "¿Los cambios entre partes piden transacciones o pueden llegar un momento después?",
            "ninguna transacción abarca dos servicios",
        ),
    };
    Asked { name, ask, why }
}

fn label(answer: Answer) -> &'static str {
    match answer {
        Answer::Team(_) | Answer::Teams(_) => "",
        Answer::Domain(Domain::Moving) => "cambiante",
        Answer::Domain(Domain::Simple) => "simple",
        Answer::Domain(Domain::Known) => "conocido",
        Answer::Scaling(Scaling::Same) => "igual",
        Answer::Scaling(Scaling::One) => "una",
        Answer::Scaling(Scaling::Several) => "varias",
        Answer::Technology(Technology::Same) => "misma",
        Answer::Technology(Technology::Different) => "otra",
        Answer::Operations(Operations::None) => "ninguna",
        Answer::Operations(Operations::Some) => "alguna",
        Answer::Operations(Operations::Strong) => "mucha",
        Answer::Stage(Stage::Mvp) => "mvp",
        Answer::Stage(Stage::Growing) => "crece",
        Answer::Stage(Stage::Established) => "asentado",
        Answer::Releases(Releases::Together) => "juntas",
        Answer::Releases(Releases::Independent) => "independientes",
        Answer::Consistency(Consistency::Transactions) => "transacciones",
        Answer::Consistency(Consistency::Eventual) => "eventual",
    }
}
