//! Tests of `server.rs`, over real sockets.

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

/// A server whose `/slow` says when it was reached and waits to be let go.
struct Running {
    address: std::net::SocketAddr,
    reached: std::sync::Arc<Notify>,
    go: std::sync::Arc<Notify>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn running() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (reached, go) = (
        std::sync::Arc::new(Notify::new()),
        std::sync::Arc::new(Notify::new()),
    );
    let slow = {
        let (reached, go) = (reached.clone(), go.clone());
        async move || {
            reached.notify_one();
            go.notified().await;
            "done"
        }
    };
    let router = Router::new().route("/slow", get(slow));
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(serve(listener, router, stopped, Duration::from_secs(10)));
    Running {
        address,
        reached,
        go,
        stop,
        task,
    }
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    // The server may close while the client is still writing, which is no failure here.
    let _ = stream.read_to_string(&mut text).await;
    text
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_takes_nobody_new() {
    let server = running().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    server.reached.notified().await;
    server.stop.send(true).unwrap();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    server.go.notify_one();
    let text = answer(&mut stream).await;
    assert!(
        text.starts_with("HTTP/1.1 200") && text.ends_with("done"),
        "{text}"
    );
    server.task.await.unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_with_431() {
    let server = running().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET / HTTP/1.1\r\nhost: a\r\nx-large: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let text = answer(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 431"), "{text}");
}
