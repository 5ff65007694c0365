//! Refreshes the graph: loads each dataset on its schedule, builds the next graph and replaces the served one.

mod dataset;
mod ledger_file;
pub mod overrides;
mod refresher;
pub mod state;
pub mod view;

pub use refresher::{RefreshProgress, Refresher, Settings, StartError};
