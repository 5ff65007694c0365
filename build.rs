//! Has the crate built again when the page was: cargo does not see which files `rust-embed` embeds.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
