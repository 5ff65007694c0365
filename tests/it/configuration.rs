//! `docs/configuration.md` lists every flag and environment variable, generated from `clap`.

use std::{env, fmt::Write, fs, path::Path};

use clap::{Arg, Command, CommandFactory};
use lionrock::cli::Cli;

const INTRODUCTION: &str = "# Configuration

This page lists every command and flag of `lionrock`, with environment variables and defaults. A flag takes precedence over its environment variable. The page is
generated: `LIONROCK_UPDATE_DOCS=1 cargo test --test it configuration` updates it.
";

fn row(arg: &Arg) -> String {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let value = arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let takes_value = arg.get_action().takes_values();
    let name = match long {
        Some(long) if takes_value => format!("{long} {value}"),
        Some(long) => long,
        None => value,
    };
    let variable = arg.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
    let defaults: Vec<String> =
        arg.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    let default = if takes_value { defaults.join(", ") } else { String::new() };
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ").replace('|', "\\|");
    format!("| `{name}` | {variable} | {default} | {help} |\n")
}

fn describe(command: &Command, name: &str, page: &mut String) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    write!(page, "\n## `{name}`\n\n{about}\n").unwrap();
    let shown = |arg: &&Arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str());
    let rows: String = command.get_arguments().filter(shown).map(row).collect();
    if !rows.is_empty() {
        write!(page, "\n| flag | environment | default | meaning |\n| --- | --- | --- | --- |\n{rows}").unwrap();
    }
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(command, &format!("{name} {}", command.get_name()), page);
    }
}

#[test]
fn the_configuration_page_lists_every_flag() {
    let mut page = INTRODUCTION.to_owned();
    describe(&Cli::command(), "lionrock", &mut page);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    if env::var_os("LIONROCK_UPDATE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/configuration.md is outdated: run this test with LIONROCK_UPDATE_DOCS=1");
}
