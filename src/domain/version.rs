//! The version of the program.

use std::sync::LazyLock;

/// The version of the package, `0.1.0`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit of the sources. The build takes it from the environment variable `LIONROCK_COMMIT`.
pub const COMMIT: Option<&str> = option_env!("LIONROCK_COMMIT");

/// The version with the commit, if it is known: `0.1.0 (0123456789ab)`.
pub static VERSION_WITH_COMMIT: LazyLock<String> = LazyLock::new(|| match COMMIT {
    Some(commit) if !commit.is_empty() => format!("{VERSION} ({commit})"),
    _ => VERSION.to_owned(),
});
