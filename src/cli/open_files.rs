//! The limit on open files of the process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The files that are open beside the connections of clients: connections to publishers, stored files, and listeners.
const RESERVE: u64 = 256;

/// Raises the soft limit on open files as far as this number of connections needs. Returns the number of connections for
/// which the limit has room.
pub fn raise_limit(connections: usize) -> usize {
    let wanted = connections as u64 + RESERVE;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let Some(soft) = current.filter(|soft| *soft < wanted) else { return connections };
    let raised = maximum.map_or(wanted, |hard| hard.min(wanted));
    let limit = match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }) {
        Ok(()) => raised,
        Err(error) => {
            tracing::warn!("cannot raise the limit on open files: {error}");
            soft
        }
    };
    let room = room(limit);
    if room < connections {
        tracing::warn!(
            "the limit of {limit} open files has room for {room} connections, not for {connections}: raise it, or lower \
             --max-connections"
        );
    }
    room.min(connections)
}

/// The number of connections that a limit on open files has room for: at least half of it.
fn room(limit: u64) -> usize {
    let room = limit.saturating_sub(RESERVE).max(limit / 2).max(1);
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_left() {
        assert_eq!((room(1280), room(400), room(1)), (1024, 200, 1));
    }
}
