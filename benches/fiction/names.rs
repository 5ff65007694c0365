//! Names of fictional firms.

const SYLLABLES: [&str; 16] =
    ["fan", "ta", "pre", "ten", "du", "no", "whe", "re", "ima", "gi", "na", "ry", "mo", "ck", "fa", "ble"];
const FIELDS: [(&str, &str); 8] = [
    ("Robotics", "機械人"),
    ("Testing", "檢測"),
    ("Biotech", "生物科技"),
    ("Technology", "科技"),
    ("Materials", "材料"),
    ("Foods", "食品"),
    ("Software", "軟件"),
    ("Energy", "能源"),
];

/// The English name without its legal form, and the Chinese name of a firm.
pub fn firm(number: usize) -> (String, String) {
    let syllables = |mut digits: usize| {
        let mut word = String::new();
        for _ in 0..3 {
            word.push_str(SYLLABLES[digits % SYLLABLES.len()]);
            digits /= SYLLABLES.len();
        }
        word[..1].to_uppercase() + &word[1..]
    };
    let (field, field_zh) = FIELDS[number % FIELDS.len()];
    let scattered = number.wrapping_mul(7919);
    let en = format!(
        "Pretend {} {} {field}",
        syllables(scattered),
        syllables((scattered / 4096).wrapping_add(number.wrapping_mul(31)))
    );
    let chinese = |at: usize| char::from_u32(0x4e00 + ((scattered >> (at * 4)) % 5000) as u32).unwrap_or('一');
    let zh = format!("幻想{}{}{}{field_zh}", chinese(0), chinese(1), chinese(3));
    (en, zh)
}
