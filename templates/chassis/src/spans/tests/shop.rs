//! A gateway and services in one process, each declared as generated ones are, whose spans go to a receiver.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::receiver::{Arrived, Receiver};
use super::{Spans, spans_to};
use crate::client::{Slot, Transport};
use crate::event::tests::OrderCreated;
use crate::health::Health;
use crate::layers::Limits;
use crate::run::{Servers, deliver};
use crate::service::Resources;
use crate::testing::database::{Place, fresh};
use crate::{Callee, Context, Event, Gateway, Handle, Outbox, Peer, Service, metrics, migrations};

pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const LIMITS: Limits = Limits {
    timeout: PATIENCE,
    body: 1_000,
};
const USERS: Peer = Peer::new("user-service", 1);
const ORDERS: Peer = Peer::new("order-service", 2);
const PAYMENTS: Peer = Peer::new("payment-service", 3);

impl Event for Announced {
    const TYPE: &'static str = OrderCreated::TYPE;
    const SUBSCRIBERS: &'static [Peer] = &[PAYMENTS];

    fn subject(&self) -> String {
        self.0.subject()
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Announced(OrderCreated);

#[derive(Clone)]
struct App(Context);

impl Handle<OrderCreated> for App {
    async fn handle(&self, _: OrderCreated, _: &DatabaseTransaction) -> anyhow::Result<()> {
        self.0.callee("order-service")?.get("/orders/1").await?;
        Ok(())
    }
}

/// Asks for the user and publishes the order.
async fn create(State(App(context)): State<App>) -> Result<StatusCode, crate::Problem> {
    let users = context.callee("user-service")?;
    users
        .get("/users/7?a=b")
        .await?
        .found::<serde_json::Value>()?;
    let transaction = context.database()?.begin().await?;
    let order = OrderCreated {
        order_id: Uuid::now_v7(),
        total: 1.into(),
    };
    let outbox = context.outbox()?;
    outbox.publish(&transaction, &Announced(order)).await?;
    outbox.commit(transaction).await?;
    Ok(StatusCode::CREATED)
}

fn app(context: &Context) -> anyhow::Result<App> {
    Ok(App(context.clone()))
}

pub(super) struct Shop {
    receiver: Receiver,
    pub(super) spans: Spans,
    gateway: Router,
    outbox: Option<Outbox>,
    slots: BTreeMap<&'static str, Slot>,
    places: Vec<Place>,
}

impl Shop {
    pub(super) async fn start() -> Self {
        metrics::install();
        let receiver = Receiver::start().await;
        let spans = spans_to(receiver.address);
        let slots = [USERS, ORDERS, PAYMENTS].map(|peer| (peer.name, Slot::default()));
        let mut shop = Self {
            receiver,
            spans,
            gateway: Router::new(),
            outbox: None,
            slots: slots.into(),
            places: Vec::new(),
        };
        let users = get(async || axum::Json(serde_json::json!({"id": 7})));
        let users = OpenApiRouter::new().route("/users/{id}", users);
        let users = Service::builder(USERS.name, USERS.port, app).routes(users);
        shop.run(users.build()).await;
        let orders = OpenApiRouter::new()
            .route("/orders", post(create))
            .route("/orders/{id}", get(async || StatusCode::NOT_FOUND))
            .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR));
        let orders = Service::builder(ORDERS.name, ORDERS.port, app)
            .database(Vec::new)
            .calls(USERS)
            .publishes::<Announced>()
            .routes(orders);
        shop.outbox = shop.run(orders.build()).await;
        let payments = Service::builder(PAYMENTS.name, PAYMENTS.port, app)
            .database(Vec::new)
            .calls(ORDERS)
            .subscribes::<OrderCreated>();
        shop.run(payments.build()).await;
        let gateway = Gateway {
            name: "gateway",
            port: 0,
            upstreams: vec![ORDERS],
            timeout: PATIENCE,
            router: |context| {
                let orders = context.callee("order-service")?;
                let forward = async move |request: Request<Body>| -> Response {
                    let path = request.uri().path().trim_start_matches("/api").to_owned();
                    let (mut head, body) = request.into_parts();
                    head.uri = path.parse().unwrap();
                    // As the proxy does it: what was noted here about the request stays here.
                    head.extensions.clear();
                    let answer = orders.forward(Request::from_parts(head, body)).await;
                    answer.unwrap().into_response()
                };
                Ok(Router::new().route("/api/{*path}", any(forward)))
            },
        };
        let callees = shop.callees("gateway", &gateway.upstreams);
        let gateway = gateway.start(callees, LIMITS, shop.health().into(), Vec::new());
        shop.gateway = gateway.unwrap();
        shop
    }

    fn health(&self) -> Health {
        Health {
            servers: Servers::with(self.spans.clone()),
            ..Health::default()
        }
    }

    fn callees(&self, caller: &'static str, peers: &[Peer]) -> BTreeMap<&'static str, Callee> {
        let callee = |peer: &Peer| {
            let transport = Transport::InProcess(self.slots[peer.name].clone());
            let callee = Callee::new(peer.name, caller, transport, PATIENCE);
            (peer.name, callee)
        };
        peers.iter().map(callee).collect()
    }

    async fn run(&mut self, service: Service) -> Option<Outbox> {
        let mut database = None;
        if let Some(steps) = service.migrations() {
            let (place, opened) = fresh().await.unwrap();
            migrations::migrate(&opened, &steps).await.unwrap();
            self.places.push(place);
            database = Some(opened);
        }
        let name = service.name();
        let callees = self.callees(name, &service.peers(false));
        let started = service.start(Resources {
            callees,
            database,
            limits: LIMITS,
            health: self.health().into(),
            broker: None,
        });
        let started = started.unwrap();
        self.slots[name].set(started.router);
        started.outbox
    }

    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> StatusCode {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.gateway.clone().oneshot(request).await;
        response.unwrap().status()
    }

    /// Delivers the events of order-service.
    pub(super) async fn relay(&self) {
        let callees = self.callees(ORDERS.name, &[PAYMENTS]);
        let deliver = deliver(callees);
        let relayed = crate::outbox::relay_once(self.outbox(), &deliver);
        relayed.await.unwrap();
    }

    pub(super) fn outbox(&self) -> &Outbox {
        self.outbox.as_ref().unwrap()
    }

    /// Everything that was recorded.
    pub(super) async fn recorded(&self) -> Vec<Arrived> {
        self.spans.export("test").end().await;
        self.receiver.spans(0).await
    }
}
