//! The idle timeout of a connection: it fails after too long without traffic in either direction. Heartbeats count as
//! traffic, so subscriptions stay open.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use crate::server::timeouts::MovableDeadline;

/// A stream that fails after too long without traffic.
pub struct IdleTimeout<S> {
    stream: S,
    longest: Duration,
    deadline: MovableDeadline,
}

impl<S> IdleTimeout<S> {
    /// Limits the idle time of a stream to `longest`.
    pub fn new(stream: S, longest: Duration) -> Self {
        Self { stream, longest, deadline: MovableDeadline::new(longest) }
    }

    /// Restarts the idle timeout.
    fn restart(&mut self) {
        self.deadline.until(Instant::now() + self.longest);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for IdleTimeout<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            self.restart();
            return Poll::Ready(read);
        }
        ready!(self.deadline.poll_over(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for IdleTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        self.restart();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bufs));
        self.restart();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_ends_only_if_idle_in_both_directions() {
        let (near, mut far) = duplex(64);
        let mut near = IdleTimeout::new(near, Duration::from_mins(1));
        for _ in 0..3 {
            let restart = tokio::time::timeout(Duration::from_secs(40), near.read_u8()).await;
            assert!(restart.is_err(), "the connection is not idle");
            near.write_all(b"x").await.unwrap();
            far.read_u8().await.unwrap();
        }
        let begun = Instant::now();
        assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), 60);
    }
}
