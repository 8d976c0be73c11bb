//! Connections: accepting them, their limits, and letting them finish.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::Front;

/// How long a client may take to send a request's head, and how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest head of a request, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Most header lines of a request.
const MAX_HEADERS: usize = 100;
/// Connections at the same time. Further ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 4096;

/// A bound socket.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    socket: TcpListener,
}

impl Listener {
    pub(crate) async fn bind(addresses: &[SocketAddr]) -> io::Result<Self> {
        let socket = TcpListener::bind(addresses).await?;
        Ok(Self { address: socket.local_addr()?, socket })
    }
}

/// Serves until `stop` is done, then lets open requests finish for `drain` at most.
pub(crate) async fn serve(listener: Listener, front: Front, stop: impl Future<Output = ()>, drain: Duration) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accept = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.socket.accept().await, place)
        };
        let (stream, peer, place) = tokio::select! {
            biased;
            () = &mut stop => break,
            (Ok((stream, peer)), place) = accept => (stream, peer, place),
            else => {
                // Out of file descriptors, most likely: some will be closed soon.
                tracing::warn!("a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, front.of(peer.ip())));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended badly");
            }
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("draining: no new connections, open requests may finish");
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!(seconds = drain.as_secs(), "some requests did not finish in time");
    }
}

fn connection(stream: TcpStream, front: Front) -> http1::Connection<TokioIo<TcpStream>, Front> {
    // Answers are small and complete: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection delays its answers");
    }
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), front)
}
