//! The limit on open files of the process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The number of files reserved for purposes other than client connections: connections to publishers, stored files and
/// listeners.
const RESERVE: u64 = 256;

/// Raises the soft limit on open files for this number of connections, as far as the hard limit permits. Returns the
/// number of connections that the limit allows.
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
            "the limit of {limit} open files allows {room} connections, not {connections}: raise it, or lower \
             --max-connections"
        );
    }
    room.min(connections)
}

/// Returns the number of connections that a limit on open files allows: at least half of it.
fn room(limit: u64) -> usize {
    let room = limit.saturating_sub(RESERVE).max(limit / 2).max(1);
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_file_descriptors_are_reserved() {
        assert_eq!((room(1280), room(400), room(1)), (1024, 200, 1));
    }
}
