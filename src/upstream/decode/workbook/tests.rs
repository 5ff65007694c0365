use std::io::{Cursor, Read, Write};

use base64::prelude::*;
use calamine::Reader;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::domain::table::MergedCell;

type Rows = Vec<(u32, Vec<String>)>;

fn rows(sheet: &Sheet) -> Rows {
    let table = &sheet.table;
    (0..table.len()).map(|row| (table.number(row), table.cells(row).map(str::to_owned).collect())).collect()
}

fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

fn refused(body: &[u8]) -> String {
    decode(body).unwrap_err().to_string()
}

/// The expected sheet `Figures` of both workbooks, except its last row: a formula, which xlwt writes without a value.
fn figures() -> Rows {
    vec![
        row(1, &["Funded projects 資助項目"]),
        row(2, &["", "Programme"]),
        row(3, &["ITSP", "1234", "0.3", "12.3%"]),
        row(4, &["2025-12-31", "2025-12-31T10:00:00", "TRUE"]),
        row(5, &[]),
        row(6, &["82133", "1", "2", "1234.56", "-0.5"]),
    ]
}

fn xlsx() -> Vec<u8> {
    let percent = Format::new().set_num_format("0.0%");
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let time = Format::new().set_num_format("d/m/yyyy h:mm:ss");
    let plain = Format::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Figures").unwrap();
    sheet.merge_range(0, 0, 0, 3, "Funded projects 資助項目", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 2, "Programme", &plain).unwrap();
    sheet.write(2, 0, "ITSP").unwrap();
    sheet.write(2, 1, 1234.0).unwrap();
    sheet.write(2, 2, 0.1 + 0.2).unwrap();
    sheet.write_with_format(2, 3, 0.123, &percent).unwrap();
    let new_year = ExcelDateTime::from_ymd(2025, 12, 31).unwrap();
    sheet.write_with_format(3, 0, &new_year, &day).unwrap();
    sheet.write_with_format(3, 1, new_year.and_hms(10, 0, 0).unwrap(), &time).unwrap();
    sheet.write(3, 2, true).unwrap();
    sheet.write_blank(3, 7, &percent).unwrap();
    for (column, value) in [82133.0, 1.0, 2.0, 1234.56, -0.5].into_iter().enumerate() {
        sheet.write(5, column as u16, value).unwrap();
    }
    sheet.write(6, 0, Formula::new("NA()").set_result("#N/A")).unwrap();
    sheet.write_blank(8, 0, &percent).unwrap();
    let notes = workbook.add_worksheet().set_name("Notes").unwrap().set_hidden(true);
    notes.write(2, 1, "é note").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// Returns an XLS written by xlwt 1.3, stored as a base64 zip.
fn xls() -> Vec<u8> {
    let zipped = BASE64_STANDARD.decode(XLS).unwrap();
    let mut body = Vec::new();
    ZipArchive::new(Cursor::new(zipped)).unwrap().by_index(0).unwrap().read_to_end(&mut body).unwrap();
    body
}

const XLS: &str = "\
    UEsDBBQAAAAIAAAAIVoaVNLNeAMAAAAWAAABAAAAYe1YW0hUURRd59w7T1JHHYOMhiHKXppFfYRRY2FGgWbvB0H5GLSHTsxYVERvP4KCop+K\
    fgIr/Cn76UHvr/oojAqCINCiIKIgKOjDvO295w7qaKBQQXLXzNl3333O3vecffbZ59z7rCO788K1/C6kYT4M9Fg+uPvIFBVf6iYAqrcsZlNX\
    LxXLwX8Fn5cm0u3C7YwnHp5Dnu8uaLSbD4kCb6lsxA5Uxpqi4X+IhdKHasV9mKdMij2N81QyMUb6lSO0Vmiu0KvS9o7QUpGcEDqP2naqDeiI\
    VE6dY8fxOj1e6jKJKtwQndcimYk8POY4PnBSJdu6sCC+pXr7iK8ImaPQCgqCxdGmaJzvfbgIE5gxfcbEkJmFS/AD6wlFFRVFZWUhMw+XOQ2U\
    FVcUszjcUNLYWJJIdCJIYdSK71YY+JbKFw/CjvzfyhVI/qO/3PMbuZemejC5j2Z9MLmfpj5dflpTsByEtVnxompBFl6aXONB+Zb6nfFoogUZ\
    OOFJhlxlrDma6MYyDjApQahy7EQT6hClEqacE0cMW+muFs1IkOTR8bYVrjNfdtEeVBWP1cerGxujpLpk1coqSlsfw01k0897lOS0QL+cliEr\
    fRTROuoY89my3gM09O62r88raqoim0RyUPax5G43kYcEC4dYg5QzkRwQw0VlqmhME3pYrI4VPl9okNrQtaAqz2bKj0ibo1JbQM+ZJXgRmdSH\
    n0x8y6flN0Mt7yJTiL+yuGtv8MqryAWMp+moI33+HUGhKlTnzjJuRVJXZefFN0LHDMiRXh2Qvpuw7C09Cz95WROyhd4jH0G8wz9DNNgTRpqG\
    kjZKNLySndmf3FoPYl+Lfab7td/2/tJcsqo5A7PubHv0SYlB42iPN5z6vO9+hG0a4u9em2zFkFHld2ixYpDNIFYTnu7+UOrSXpJo6aHSbuJN\
    4tmSK83SXUwQWTbWGC6ibuH9Qo1jHqJzaZc0RdctnunVdWOc3d4QkWVXeRBS/Dfey3QkJ0zb68TAfJ2D63Jb2udw9bcDV8uzYffkfwxcvuoB\
    gaVs94tXMZhXHThw4MCBAwdpULKpJo8Gpn2qddtnXP6u85NKj/OZZMRiBb1jxej9KoxF9O7VTO9ce4YVP6PhUilbaog6qe+FjLX09Di2oUb6\
    sW3Y8UvHRtV3PENWDPy5JTTc5/cMp59/+fm/AFBLAQIUAxQAAAAIAAAAIVoaVNLNeAMAAAAWAAABAAAAAAAAAAAAAACAAQAAAABhUEsFBgAA\
    AAABAAEALwAAAJcDAAAAAA==";

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns the XLSX with the content of one part replaced.
fn with_part(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(xlsx())).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut parts = Vec::new();
    for other in names {
        let mut old = Vec::new();
        zip.by_name(&other).unwrap().read_to_end(&mut old).unwrap();
        parts.push(if other == name { (other, content.to_vec()) } else { (other, old) });
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    zipped(&parts)
}

#[test]
fn xlsx_and_xls_decode_to_the_same_tables() {
    for body in [xlsx(), xls()] {
        let sheets = decode(&body).unwrap();
        assert_eq!(
            sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.visible)).collect::<Vec<_>>(),
            [("Figures", true), ("Notes", false)]
        );
        assert_eq!(rows(&sheets[0])[..6], figures());
        let merged = |row| MergedCell { row, column: row, rows: 1, columns: if row == 0 { 4 } else { 2 } };
        assert_eq!(sheets[0].table.spans(), [merged(0), merged(1)]);
        assert_eq!(rows(&sheets[1]), [row(1, &[]), row(2, &[]), row(3, &["", "é note"])]);
    }
}

#[test]
fn xls_decodes_as_in_calamine() {
    let mut workbook = calamine::Xls::new(Cursor::new(xls())).unwrap();
    for sheet in decode(&xls()).unwrap() {
        let range = workbook.worksheet_range(&sheet.name).unwrap();
        for (row, column, value) in range.cells() {
            let (above, left) = range.start().unwrap();
            let ours = sheet.table.cell(row + above as usize, column + left as usize);
            match value {
                calamine::Data::Float(value) => assert!(
                    ours.ends_with('%') || (ours.parse::<f64>().unwrap() - value).abs() < 1e-12,
                    "{ours} {value}"
                ),
                calamine::Data::DateTime(_) => assert!(ours.starts_with("2025-12-31"), "{ours}"),
                calamine::Data::Bool(value) => assert_eq!(ours, truth(*value)),
                value => assert_eq!(ours, value.to_string()),
            }
        }
    }
}

#[test]
fn zip_bombs_are_refused() {
    let zeros = vec![0; (64 << 20) + 1];
    let bomb = zipped(&[("a", &zeros), ("b", &zeros), ("c", &zeros), ("d", &zeros)]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    assert!(refused(&bomb).contains("at most 268435456 bytes"));
    let names: Vec<String> = (0..1001).map(|name| name.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert!(refused(&zipped(&many)).contains("at most 1000 parts, found 1001"));
    // The same file with false sizes: the directory entry declares 1, 20 bytes after the signature.
    let mut lying = bomb;
    let marks: Vec<usize> = (0..lying.len() - 4).filter(|at| lying[*at..].starts_with(b"PK\x01\x02")).collect();
    for mark in marks {
        lying[mark + 24..mark + 28].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert!(decode(&lying).is_err());
}

#[test]
fn oversized_parts_are_refused() {
    let strings =
        |count: &str| with_part("xl/sharedStrings.xml", format!("<sst {count}><si><t>x</t></si></sst>").as_bytes());
    for count in ["uniqueCount='1000000000000'", "uniqueCount='1' uniqueCount='1000000000000'"] {
        assert!(refused(&strings(count)).contains("1000000000000 declared"), "{count}");
    }
    let font = format!("<styleSheet><fonts><font><name val='{}'/></font></fonts></styleSheet>", "x".repeat(5000));
    assert!(refused(&with_part("xl/styles.xml", font.as_bytes())).contains("4096 bytes a tag"));
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(65_491));
    assert!(refused(&with_part("xl/styles.xml", styles.as_bytes())).contains("65490 styles"));
    let elsewhere = b"<Relationships><Relationship Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='xl/media/a.png'/></Relationships>";
    assert!(refused(&with_part("_rels/.rels", elsewhere)).contains("expected a workbook as the document"));
}

#[test]
fn oversized_sheets_are_refused() {
    let sheet = |cells: &str| {
        with_part(
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>").as_bytes(),
        )
    };
    // For a row beyond 32 bits, calamine panics or returns a wrong row, depending on the build profile.
    assert!(decode(&sheet("<c r='A99999999999'><v>1</v></c>")).is_err());
    assert!(refused(&sheet("<c r='A1048577'><v>1</v></c>")).contains("at most 1048576 rows"));
    assert!(refused(&sheet("<c r='XFE1'><v>1</v></c>")).contains("rows of 16384"));
    let wide: String = (1..=1300).map(|row| format!("<c r='XFD{row}'><v>1</v></c>")).collect();
    assert_eq!(decode(&sheet(&wide)).unwrap_err(), DecodeError::TooManyCells);
}

#[test]
fn truncated_workbooks_are_refused() {
    for body in [xlsx(), xls()] {
        for end in (0..body.len()).step_by(97) {
            assert!(decode(&body[..end]).is_err(), "{end} of {}", body.len());
        }
    }
    assert!(refused(b"PK\x03\x04").contains("zip"));
    assert!(refused(b"").contains("compound file"));
}

proptest! {
    #[test]
    fn any_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..2000), kind in 0..3_usize) {
        let start: &[u8] = [b"".as_slice(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"][kind];
        let _ = decode(&[start, &body].concat());
    }

    #[test]
    fn changed_workbooks_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut body = xls();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        let _ = decode(&body);
    }

    #[test]
    fn changed_sheets_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), "[<>/='\"rcv0-9A-Z]"), 1..4)) {
        let mut content = b"<worksheet><dimension ref='A1:B2'/><sheetData><row r='1'><c r='A1' s='1' t='s'><v>0</v></c><c r='B1'><f>1</f><v>1.5</v></c></row></sheetData></worksheet>".to_vec();
        for (at, byte) in changes {
            let at = at.index(content.len());
            content[at] = byte.as_bytes()[0];
        }
        let _ = decode(&with_part("xl/worksheets/sheet1.xml", &content));
    }
}
