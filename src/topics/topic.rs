//! The list of topics: names, other names that people use, and where to read on.
//!
//! Each has a page under `pages/en` and `pages/es`, in files of its English name. Read `subject.rs` next.

use crate::diagnostic::Code;
use crate::lang::Lang;

use super::{Said, say};

/// What a group of topics is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Theme {
    Principles,
    Shape,
    Communication,
    Failure,
    Data,
    Operation,
}

impl Theme {
    /// In the order in which they are listed.
    pub const ALL: [Theme; 6] = [
        Self::Principles,
        Self::Shape,
        Self::Communication,
        Self::Failure,
        Self::Data,
        Self::Operation,
    ];

    pub fn title(self, lang: Lang) -> &'static str {
        let said: Said = match self {
            Self::Principles => ["Principles", "Principios"],
            Self::Shape => ["One process or many", "Un proceso o muchos"],
            Self::Communication => ["How services talk", "Cómo hablan los servicios"],
            Self::Failure => ["Time and failure", "Tiempo y fallos"],
            Self::Data => ["Data and events", "Datos y eventos"],
            Self::Operation => ["Building and running", "Construcción y operación"],
        };
        say(said, lang)
    }
}

macro_rules! topics {
    ($($theme:ident { $(
        $topic:ident $en:literal $es:literal
            also [$($alias:literal)*] see [$($see:ident)*] codes [$($code:ident)*];
    )* })*) => {
        /// A principle or a pattern.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Topic {
            $($(#[doc = concat!("`", $en, "`")] $topic,)*)*
        }

        impl Topic {
            /// Every topic, by theme, in the order in which they are listed.
            pub const ALL: &'static [Topic] = &[$($(Topic::$topic),*),*];

            pub fn theme(self) -> Theme {
                match self { $($(Self::$topic => Theme::$theme,)*)* }
            }

            /// `database-per-service`, `base-de-datos-por-servicio`.
            pub fn name(self, lang: Lang) -> &'static str {
                let said: Said = match self { $($(Self::$topic => [$en, $es],)*)* };
                say(said, lang)
            }

            /// Other names by which it is found, in either language.
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $($(Self::$topic => &[$($alias),*],)*)* }
            }

            /// Topics to read next.
            pub fn see_also(self) -> &'static [Topic] {
                match self { $($(Self::$topic => &[$(Topic::$see),*],)*)* }
            }

            /// Codes of `microkit check` that have to do with it.
            pub fn codes(self) -> &'static [Code] {
                match self { $($(Self::$topic => &[$(Code::$code),*],)*)* }
            }

            /// The page in Markdown: what it is, why, what it costs, when not to.
            pub fn page(self, lang: Lang) -> &'static str {
                let said: Said = match self { $($(Self::$topic => [
                    include_str!(concat!("pages/en/", $en, ".md")),
                    include_str!(concat!("pages/es/", $en, ".md")),
                ],)*)* };
                say(said, lang)
            }
        }
    };
}

topics! {
    Principles {
        SingleResponsibility "single-responsibility" "responsabilidad-unica"
            also ["srp" "single-responsibility-per-service" "bounded-context" "contexto-delimitado" "responsibility"
                "responsabilidad" "domain" "dominio" "ddd" "domain-driven-design" "boundary" "boundaries" "limite"
                "limites" "frontera" "fronteras" "cohesion"]
            see [DatabasePerService TeamOwnership Coupling] codes [ManyDuties NothingOwn];
        DatabasePerService "database-per-service" "base-de-datos-por-servicio"
            also ["database" "databases" "base-de-datos" "bases-de-datos" "data-ownership" "postgres"
                "postgresql" "sqlite" "shared-database" "base-de-datos-compartida" "store" "almacen"]
            see [EventualConsistency Migrations Saga] codes [NoDatabase ReferenceWithoutCall SharedStore];
        IndependentDeployment "independent-deployment" "despliegue-independiente"
            also ["release" "releases" "entrega" "entregas" "versioning" "versionado"]
            see [Contract Extraction DistributedMonolith] codes [CallCycle MutualCalls];
        TeamOwnership "team-ownership" "equipos-autonomos"
            also ["team" "teams" "ownership" "equipo" "equipos" "conway" "conways-law" "ley-de-conway"]
            see [SingleResponsibility IndependentDeployment WhenToUse] codes [];
        FaultIsolation "fault-isolation" "aislamiento-de-fallos"
            also ["isolation" "aislamiento" "resilience" "resiliencia" "bulkhead" "fault" "faults" "failure"
                "failures" "fallo" "fallos" "fault-tolerance" "tolerancia" "tolerancia-a-fallos" "availability"
                "disponibilidad"]
            see [CircuitBreaker Coupling Timeout] codes [LongChain Hub];
        Scaling "scaling" "escalado"
            also ["scalability" "escalabilidad" "independent-scaling" "escalabilidad-independiente"
                "escalado-independiente" "scale" "scalable" "escalar" "escalable" "escalar-servicios" "replica"
                "replicas" "instance" "instances" "instancia" "instancias" "horizontal-scaling" "escalado-horizontal"]
            see [LoadBalancing ServiceDiscovery WhenToUse] codes [];
        Coupling "coupling" "acoplamiento"
            also ["temporal-coupling" "acoplamiento-temporal" "loose-coupling" "bajo-acoplamiento" "decoupling"
                "desacoplamiento"]
            see [AsynchronousCommunication FaultIsolation DistributedMonolith] codes [CallCycle MutualCalls Hub];
    }
    Shape {
        ModularMonolith "modular-monolith" "monolito-modular"
            also ["monolith" "monolito"]
            see [Extraction WhenNotToUse DistributedMonolith] codes [];
        Extraction "extraction" "extraccion"
            also ["extract" "extraer" "absorb" "strangler-fig" "higuera-estranguladora"]
            see [ModularMonolith WhenToUse ApiGateway] codes [];
        WhenToUse "when-to-use" "cuando-usar"
            also ["microservices" "microservicios" "advantages" "ventajas" "when-to-use-microservices"
                "cuando-usar-microservicios" "microservice" "microservicio"]
            see [WhenNotToUse ModularMonolith Extraction] codes [];
        WhenNotToUse "when-not-to-use" "cuando-no-usar"
            also ["disadvantages" "desventajas" "when-to-avoid" "cuando-evitar" "when-not-to-use-microservices"
                "cuando-no-usar-microservicios"]
            see [WhenToUse ModularMonolith DistributedMonolith] codes [];
        DistributedMonolith "distributed-monolith" "monolito-distribuido"
            also ["anti-pattern" "antipatron"]
            see [Coupling ModularMonolith IndependentDeployment] codes [CallCycle MutualCalls RequiredCircle LongChain
                SharedStore];
    }
    Communication {
        ApiGateway "api-gateway" "api-gateway"
            also ["gateway" "puerta-de-enlace" "pasarela" "proxy" "reverse-proxy" "proxy-inverso"]
            see [ServiceDiscovery Timeout Contract] codes [SamePath ShortTimeout];
        SynchronousCommunication "synchronous-communication" "comunicacion-sincrona"
            also ["synchronous" "sincrona" "sync" "rest" "http" "call" "calls" "llamada" "llamadas" "sincrono"
                "sincronica"]
            see [AsynchronousCommunication Latency Timeout] codes [UnknownService LongChain];
        AsynchronousCommunication "asynchronous-communication" "comunicacion-asincrona"
            also ["asynchronous" "asincrona" "async" "event" "events" "evento" "eventos" "messaging" "mensajeria"
                "message-queue" "cola-de-mensajes" "rabbitmq" "publish-subscribe" "asincrono" "queue" "queues" "cola"
                "colas" "broker" "message-broker" "message" "messages" "mensaje" "mensajes" "publish" "publicar"
                "publisher" "subscribe" "suscribir" "subscriber" "pub-sub" "publicar-suscribir"
                "event-driven"]
            see [TransactionalOutbox IdempotentConsumer EventualConsistency] codes [NeverPublished UnreadEvent];
        ServiceDiscovery "service-discovery" "descubrimiento-de-servicios"
            also ["discovery" "descubrimiento" "service-registry" "registry" "registro-de-servicios" "consul"]
            see [LoadBalancing HealthCheck Configuration] codes [];
        LoadBalancing "load-balancing" "balanceo-de-carga"
            also ["load-balancer" "balancing" "balanceo" "balanceador" "balanceador-de-carga"]
            see [Scaling ServiceDiscovery CircuitBreaker] codes [];
        Contract "contract" "contrato"
            also ["contracts" "contratos" "openapi" "api" "swagger" "tolerant-reader" "lector-tolerante"]
            see [ProblemDetails IndependentDeployment Testing] codes [];
        ProblemDetails "problem-details" "detalles-del-problema"
            also ["problem" "problema" "errors" "errores" "rfc-9457" "rfc9457" "rfc-7807" "rfc7807"]
            see [Contract ApiGateway] codes [];
    }
    Failure {
        Latency "latency" "latencia"
            also ["network-latency" "latencia-de-red" "p99"]
            see [Timeout SynchronousCommunication Metrics] codes [LongChain];
        Timeout "timeout" "tiempo-limite"
            also ["timeouts" "deadline" "deadlines" "plazo" "plazos" "tiempo-de-espera" "limite-de-tiempo"
                "time-limit"]
            see [Retry CircuitBreaker Latency] codes [MalformedTimeout ShortTimeout];
        Retry "retry" "reintento"
            also ["retries" "reintentos" "backoff" "jitter" "reintentar"]
            see [Timeout IdempotentConsumer CircuitBreaker] codes [LongChain ShortTimeout RepeatedCall];
        CircuitBreaker "circuit-breaker" "cortacircuitos"
            also ["breaker" "disyuntor" "interruptor" "circuit-breakers"]
            see [Timeout Retry FaultIsolation] codes [];
        HealthCheck "health-check" "comprobacion-de-salud"
            also ["health" "health-checks" "salud" "readiness" "liveness"]
            see [ServiceDiscovery GracefulShutdown Deployment] codes [];
        GracefulShutdown "graceful-shutdown" "apagado-ordenado"
            also ["shutdown" "apagado" "parada-ordenada"]
            see [HealthCheck Deployment TransactionalOutbox] codes [];
    }
    Data {
        TransactionalOutbox "transactional-outbox" "bandeja-de-salida"
            also ["outbox" "bandeja" "outbox-transaccional" "bandeja-de-salida-transaccional" "transaction" "transactions"
                "transaccion" "transacciones" "transactional" "transaccional"]
            see [IdempotentConsumer AsynchronousCommunication DeadLetters] codes [NoDatabase LostEvent];
        IdempotentConsumer "idempotent-consumer" "consumidor-idempotente"
            also ["inbox" "bandeja-de-entrada" "idempotency" "idempotencia" "idempotent" "delivery" "at-least-once"
                "idempotente" "duplicates" "duplicados" "exactly-once"]
            see [TransactionalOutbox DeadLetters Retry] codes [NoDatabase];
        DeadLetters "dead-letters" "mensajes-muertos"
            also ["dead-letter" "dead-letter-queue" "dlq" "cola-de-mensajes-muertos"]
            see [AsynchronousCommunication IdempotentConsumer Retry] codes [];
        EventualConsistency "eventual-consistency" "consistencia-eventual"
            also ["consistency" "consistencia" "data-consistency" "consistencia-de-datos" "eventual"]
            see [Saga DatabasePerService AsynchronousCommunication] codes [];
        Saga "saga" "saga"
            also ["sagas" "distributed-transaction" "transaccion-distribuida" "compensation" "compensacion"
                "orchestration" "orquestacion" "choreography" "coreografia" "distributed-transactions"
                "transacciones-distribuidas"]
            see [EventualConsistency TransactionalOutbox IdempotentConsumer] codes [RequiredCircle];
        Migrations "migrations" "migraciones"
            also ["migration" "migracion" "schema" "esquema"]
            see [DatabasePerService IndependentDeployment] codes [];
    }
    Operation {
        Deployment "deployment" "despliegue"
            also ["docker" "docker-compose" "compose" "containers" "contenedores" "deploy" "desplegar" "container"
                "contenedor" "kubernetes"]
            see [IndependentDeployment Configuration HealthCheck] codes [];
        Configuration "configuration" "configuracion"
            also ["config" "environment" "entorno" "settings" "ajustes" "twelve-factor"
                "configuration-from-the-environment"]
            see [Deployment Chassis ServiceDiscovery] codes [];
        StructuredLogs "structured-logs" "logs-estructurados"
            also ["logs" "log" "logging" "structured-logging" "registros"]
            see [DistributedTracing Metrics] codes [];
        Metrics "metrics" "metricas"
            also ["metric" "prometheus" "monitoring" "monitoreo" "observability" "observabilidad"
                "monitoring-and-alerting" "monitorizacion" "monitorizar" "grafana"]
            see [StructuredLogs DistributedTracing Latency] codes [];
        DistributedTracing "distributed-tracing" "trazas-distribuidas"
            also ["tracing" "trace" "traces" "traza" "trazas" "correlation" "correlacion" "correlation-id"
                "request-id" "opentelemetry" "trazabilidad" "jaeger"]
            see [StructuredLogs Metrics Latency] codes [];
        Chassis "chassis" "chasis"
            also ["microservice-chassis" "chasis-de-microservicios"]
            see [Configuration HeterogeneousTechnology] codes [];
        Testing "testing" "pruebas"
            also ["test" "tests" "prueba" "e2e"]
            see [Contract SingleResponsibility] codes [];
        HeterogeneousTechnology "heterogeneous-technology" "tecnologias-heterogeneas"
            also ["technology" "tecnologia" "polyglot" "poliglota"]
            see [Contract Chassis WhenToUse] codes [];
    }
}
