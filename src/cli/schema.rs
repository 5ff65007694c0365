//! `lionrock schema`: the SDL on standard output.

use std::io::Write;

pub fn run() -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(crate::schema::sdl().as_bytes())?)
}
