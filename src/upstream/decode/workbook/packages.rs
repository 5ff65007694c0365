//! Tests of workbook formats that no available library writes. The tests assemble the parts by hand.

use std::io::{Cursor, Write};

use encoding_rs::BIG5;
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Sheet, decode};
use crate::domain::table::MergedCell;

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn rows(sheet: &Sheet) -> Vec<Vec<&str>> {
    (0..sheet.table.len()).map(|row| sheet.table.cells(row).collect()).collect()
}

/// Asserts the content that all workbooks below share.
fn assert_kites(sheets: &[Sheet]) {
    let listed: Vec<(&str, bool)> = sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.visible)).collect();
    assert_eq!(listed, [("Kites 風箏", true), ("Notes", false)]);
    assert_eq!(
        rows(&sheets[0]),
        [vec!["Kites & lanterns 風箏"], vec!["Silk", "1250", "12.5%"], vec!["", "0.3", "2024-03"], vec!["x", "TRUE"]]
    );
    assert_eq!(
        sheets[0].table.spans(),
        [MergedCell { row: 0, column: 0, rows: 1, columns: 3 }, MergedCell { row: 1, column: 0, rows: 2, columns: 1 }]
    );
}

mod ods {
    use super::*;

    fn content() -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\">
<office:automatic-styles><style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style>
<style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name=\"Kites 風箏\" table:style-name=\"ta1\"><table:table-column table:number-columns-repeated=\"3\"/>
<table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"3\" table:number-rows-spanned=\"1\"><text:p>Kites &amp; <text:span>lanterns</text:span> 風箏</text:p><office:annotation><text:p>no</text:p></office:annotation></table:table-cell><table:covered-table-cell table:number-columns-repeated=\"2\"/></table:table-row>
<table:table-row><table:table-cell office:value-type=\"string\" table:number-rows-spanned=\"2\"><text:p>Silk</text:p></table:table-cell><table:table-cell office:value-type=\"float\" office:value=\"1250\"><text:p>1,250</text:p></table:table-cell><table:table-cell office:value-type=\"percentage\" office:value=\"0.125\"><text:p>13%</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"1021\"/></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell office:value-type=\"float\" office:value=\"0.3\"><text:p>0.3</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>2024-03</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell><table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>TRUE</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>
</table:table>
<table:table table:name=\"Notes\" table:style-name=\"ta2\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"19\"><text:p>019</text:p></table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2024-03-01T00:00:00\"><text:p>1 Mar</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"
            .to_owned()
    }

    fn workbook(content: &str) -> Vec<u8> {
        let mimetype = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
        zipped(&[("mimetype", mimetype), ("content.xml", content.as_bytes().to_vec())])
    }

    #[test]
    fn a_workbook_is_read() {
        let sheets = decode(&workbook(&content())).unwrap();
        assert_kites(&sheets);
        assert_eq!(rows(&sheets[1]), [["019", "2024-03-01"]]);
    }

    #[test]
    fn bombs_are_refused() {
        let repeated = content().replace(
            "<table:table-cell office:value-type=\"string\"><text:p>x",
            "<table:table-cell table:number-columns-repeated=\"4000000000\" office:value-type=\"string\"><text:p>x",
        );
        assert!(decode(&workbook(&repeated)).unwrap_err().to_string().contains("rows of 16384"));
        let deep = "<a>".repeat(1000);
        assert!(decode(&workbook(&deep)).unwrap_err().to_string().contains("at most 256 levels"));
    }

    proptest! {
        #[test]
        fn changed_workbooks_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), "[<>/='\"0-9a-z]"), 1..5)) {
            let mut content = content().into_bytes();
            for (at, byte) in changes {
                let at = at.index(content.len());
                content[at] = byte.as_bytes()[0];
            }
            let _ = decode(&zipped(&[("mimetype", Vec::new()), ("content.xml", content)]));
        }
    }
}

mod xlsb {
    use super::*;

    fn record(typ: u32, data: &[u8]) -> Vec<u8> {
        let mut record = Vec::new();
        for value in [typ, u32::try_from(data.len()).unwrap()] {
            let mut rest = value;
            while rest >= 0x80 {
                record.push(0x80 | (rest & 0x7f) as u8);
                rest >>= 7;
            }
            record.push(rest as u8);
        }
        record.extend(data);
        record
    }

    fn text(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let length = u32::try_from(units.len()).unwrap().to_le_bytes();
        length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
    }

    fn numbers(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn cell(typ: u32, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
        record(typ, &[numbers(&[column, style]), value.to_vec()].concat())
    }

    fn sheet() -> Vec<u8> {
        let row = |row: u32| record(0, &numbers(&[row, 0]));
        [
            record(145, &[]),
            row(0),
            cell(7, 0, 0, &numbers(&[0])),
            row(1),
            cell(6, 0, 0, &text("Silk")),
            cell(2, 1, 0, &(1250_u32 << 2 | 2).to_le_bytes()),
            cell(5, 2, 1, &0.125_f64.to_le_bytes()),
            row(2),
            cell(9, 1, 0, &[(0.1_f64 + 0.2).to_le_bytes().to_vec(), vec![0; 4]].concat()),
            cell(5, 2, 2, &45_352_f64.to_le_bytes()),
            row(3),
            cell(62, 0, 0, &[vec![0], text("x")].concat()),
            cell(4, 1, 0, &[1]),
            cell(1, 2, 0, &[]),
            record(146, &[]),
            record(176, &numbers(&[0, 0, 0, 2])),
            record(176, &numbers(&[1, 2, 0, 0])),
        ]
        .concat()
    }

    fn workbook(sheet: Vec<u8>) -> Vec<u8> {
        let listed = |state: u32, relation: &str, name: &str| {
            record(156, &[numbers(&[state, 1]), text(relation), text(name)].concat())
        };
        let xf = |format: u16| record(47, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
        let relations = "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet1.bin\"/><Relationship Id=\"r2\" Type=\"http://x/relationships/worksheet\" Target=\"/xl/worksheets/sheet2.bin\"/></Relationships>";
        let format = [&164_u16.to_le_bytes()[..], &text("mmm\\-yy")].concat();
        zipped(&[
            ("[Content_Types].xml", b"<Types/>".to_vec()),
            (
                "xl/workbook.bin",
                [record(153, &[0; 12]), listed(0, "r1", "Kites 風箏"), listed(1, "r2", "Notes")].concat(),
            ),
            ("xl/_rels/workbook.bin.rels", relations.as_bytes().to_vec()),
            ("xl/sharedStrings.bin", record(19, &[vec![0], text("Kites & lanterns 風箏")].concat())),
            (
                "xl/styles.bin",
                [record(44, &format), record(617, &[0; 4]), xf(0), xf(10), xf(164), record(618, &[])].concat(),
            ),
            ("xl/worksheets/sheet1.bin", sheet),
            ("xl/worksheets/sheet2.bin", Vec::new()),
        ])
    }

    #[test]
    fn a_workbook_is_read() {
        assert_kites(&decode(&workbook(sheet())).unwrap());
    }

    #[test]
    fn damaged_workbooks_are_refused() {
        let lying = cell(6, 0, 0, &u32::MAX.wrapping_sub(1).to_le_bytes());
        let whole = [record(0, &[0; 8]), lying].concat();
        assert!(decode(&workbook(whole)).unwrap_err().to_string().contains("a string is truncated"));
        let far = [record(0, &numbers(&[2_000_000, 0])), cell(4, 0, 0, &[1])].concat();
        assert!(decode(&workbook(far)).unwrap_err().to_string().contains("at most 1048576 rows"));
    }

    proptest! {
        #[test]
        fn changed_sheets_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut sheet = sheet();
            for (at, byte) in changes {
                let at = at.index(sheet.len());
                sheet[at] = byte;
            }
            let _ = decode(&workbook(sheet));
        }
    }
}

mod biff5 {
    use super::*;

    fn record(typ: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&typ.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn numbers(values: &[u16]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
        let text = BIG5.encode(text).0;
        record(0x0204, &[numbers(&[row, column, 0, text.len() as u16]), text.to_vec()].concat())
    }

    fn number(row: u16, column: u16, style: u16, value: f64) -> Vec<u8> {
        record(0x0203, &[numbers(&[row, column, style]), value.to_le_bytes().to_vec()].concat())
    }

    fn workbook() -> Vec<u8> {
        let begin = |kind: u16| record(0x0809, &numbers(&[0x0500, kind, 0, 0]));
        let format = [&164_u16.to_le_bytes()[..], &[7], b"mmm\\-yy"].concat();
        let xf = |format: u16| record(0x00e0, &[numbers(&[0, format]), vec![0; 12]].concat());
        let head = |first: u32, second: u32| {
            let sheet = |begin: u32, state: u8, name: &str| {
                let name = BIG5.encode(name).0;
                record(0x0085, &[&begin.to_le_bytes()[..], &[state, 0, name.len() as u8], &name].concat())
            };
            [
                begin(5),
                record(0x0042, &950_u16.to_le_bytes()),
                record(0x041e, &format),
                xf(0),
                xf(10),
                xf(164),
                sheet(first, 0, "Kites 風箏"),
                sheet(second, 1, "Notes"),
                record(0x000a, &[]),
            ]
            .concat()
        };
        let kites = [
            begin(0x10),
            label(0, 0, "Kites & lanterns 風箏"),
            label(1, 0, "Silk"),
            number(1, 1, 0, 1250.0),
            number(1, 2, 1, 0.125),
            number(2, 1, 0, 0.1 + 0.2),
            number(2, 2, 2, 45_352.0),
            label(3, 0, "x"),
            record(0x0205, &[numbers(&[3, 1, 0]), vec![1, 0]].concat()),
            record(0x00e5, &numbers(&[2, 0, 0, 0, 2, 1, 2, 0, 0])),
            record(0x000a, &[]),
        ]
        .concat();
        let notes = [begin(0x10), record(0x000a, &[])].concat();
        let first = head(0, 0).len() as u32;
        let stream = [head(first, first + kites.len() as u32), kites, notes].concat();
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Book").unwrap().write_all(&stream).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_workbook_in_big5_is_read() {
        assert_kites(&decode(&workbook()).unwrap());
    }
}
