use super::*;
use crate::domain::{money::MoneyUnit, record::binding::Half};

static NUMBER: Column = Column::optional("number", &["No."]).shape(ValueShape::Serial).means(&["serial", "number"]);
static REFERENCE: Column = Column::optional("reference", &["Reference No."])
    .shape(ValueShape::Reference)
    .means(&["reference"])
    .beside(&["projectname"]);
static TITLE: Column = Column::required("title", &["Project Title"])
    .shape(ValueShape::Title)
    .means(&["title"])
    .may_mean(&["projectname"])
    .beside(&["projectname"]);
static APPLICANT: Column = Column::expected("applicant", &["Lead Applicant"])
    .shape(ValueShape::Organisation)
    .means(&["applicant"])
    .may_mean(&["organisation"])
    .beside(&["organisation", "lead"])
    .contrasts(&["address"]);
static AMOUNT: Column = Column::expected("amount", &["Funds Approved ($M)"])
    .shape(ValueShape::Money)
    .means(&["approved amount"])
    .may_mean(&["amount"])
    .beside(&["total"])
    .contrasts(&["requested", "cost"]);
static STARTS: Column = Column::optional("startsOn", &[]).shape(ValueShape::Date).means(&["start date", "date"]);
static ENDS: Column =
    Column::optional("endsOn", &[]).shape(ValueShape::Date).means(&["end date"]).contrasts(&["start"]);
static WEBSITE: Column = Column::optional("website", &[]).shape(ValueShape::Url).means(&["website"]);
static COLUMNS: &[&Column] = &[&NUMBER, &REFERENCE, &TITLE, &APPLICANT, &AMOUNT, &STARTS, &WEBSITE];

fn binding(rows: &[&[&str]]) -> Binding {
    match_columns(&Table::of(rows), COLUMNS, &[], None, None).binding
}

/// Returns the name of the column that each column of the table is bound to.
fn names(binding: &Binding) -> Vec<&'static str> {
    let name = |decision: &ColumnDecision| match decision.kind {
        BindingKind::Unbound => "-",
        _ => decision.column.unwrap_or("-"),
    };
    binding.decisions.iter().map(name).collect()
}

const ROWS: [&[&str]; 5] = [
    &["ITP/1/25", "Quiet pumps for towers", "Pump Works Limited", "2.45"],
    &["ITP/2/25", "Salt maps of the waters", "Salt Map Company Limited", "1.3"],
    &["ITP/3/25", "Bamboo joints under load", "City University", "0.98"],
    &["ITP/4/25", "Night trams without wires", "Tramline Limited", "3.1"],
    &["ITP/5/25", "Cold light for markets", "Light Council", "2.6"],
];

fn binding_with_header(header: &[&[&'static str]]) -> Binding {
    let rows: Vec<&[&str]> = header.iter().copied().chain(ROWS).collect();
    binding(&rows)
}

#[test]
fn declared_headings_are_declared_and_others_inferred() {
    let declared = binding_with_header(&[&["Reference No.", "Project Title", "Lead Applicant", "Funds Approved ($M)"]]);
    assert_eq!(names(&declared), ["reference", "title", "applicant", "amount"]);
    assert!(declared.is_declared() && declared.is_readable);
    let inferred = binding_with_header(&[&["Ref", "Title of Project", "Applying Organisation", "Amt. Approved"]]);
    assert_eq!(names(&inferred), ["reference", "title", "applicant", "amount"]);
    assert_eq!((inferred.is_declared(), inferred.inferred().count()), (false, 4));
}

#[test]
fn the_header_is_found_below_titles_and_above_the_data() {
    let titled = binding_with_header(&[
        &["Projects of 2025"],
        &["(amounts in HK$ million)"],
        &[],
        &["Ref", "Title", "Applicant", "Amount Approved"],
    ]);
    assert_eq!((titled.header, titled.header_rows), (3, 1));
    assert_eq!(titled.traits[4].unit, StatedUnit::In(MoneyUnit::Millions));
    let two =
        binding_with_header(&[&["Project", "", "Applicant", "Funding ($M)"], &["Ref", "Title", "Name", "Approved"]]);
    assert_eq!((two.header, two.header_rows), (1, 2));
    assert_eq!(names(&two), ["reference", "title", "applicant", "amount"]);
    let bilingual = binding_with_header(&[
        &["Ref", "Title", "Applicant", "Amount Approved"],
        &["編號", "題目", "申請者", "批准金額"],
    ]);
    assert_eq!(bilingual.header, 1);
}

#[test]
fn a_tie_leaves_the_column_unbound() {
    let rows: Vec<Vec<&str>> = ROWS.iter().map(|row| [row, &[row[1]][..]].concat()).collect();
    let mut all: Vec<&[&str]> = vec![&["Ref", "Title", "Applicant", "Amount Approved", "Title"]];
    all.extend(rows.iter().map(Vec::as_slice));
    assert_eq!(names(&binding(&all)), ["reference", "-", "applicant", "amount", "-"]);
}

#[test]
fn contrasting_headings_and_wrong_shapes_are_rejected() {
    let requested = binding_with_header(&[&["Ref", "Title", "Applicant", "Amount Requested ($M)"]]);
    assert_eq!(names(&requested)[3], "-");
    assert_eq!(requested.missing, ["amount"]);
    let cost = binding_with_header(&[&["Ref", "Title", "Applicant", "Project Cost ($M)"]]);
    assert_eq!(names(&cost)[3], "-");
    // A heading of money above a column of names.
    let swapped = binding_with_header(&[&["Ref", "Title", "Amount Approved", "Applicant"]]);
    assert_ne!(names(&swapped)[2], "amount");
}

#[test]
fn a_generic_heading_does_not_decide_between_two_columns() {
    let rows: Vec<Vec<&str>> = ROWS.iter().map(|row| [row, &["4.5"][..]].concat()).collect();
    let mut all: Vec<&[&str]> = vec![&["Ref", "Title", "Applicant", "Amount", "Figure"]];
    all.extend(rows.iter().map(Vec::as_slice));
    assert_eq!(names(&binding(&all))[3..], ["-", "-"]);
    assert_eq!(names(&binding_with_header(&[&["Ref", "Title", "Applicant", "Amount"]]))[3], "amount");
}

#[test]
fn serial_numbers_are_not_references() {
    let serial = binding(&[&["No.", "Title"], &["1", "Quiet pumps"], &["2", "Salt maps"], &["3", "Bamboo joints"]]);
    assert_eq!(names(&serial), ["number", "title"]);
    let reference = binding(&[&["No.", "Title"], &["7", "Quiet pumps"], &["31", "Salt maps"], &["4", "Bamboo joints"]]);
    assert_ne!(names(&reference)[0], "reference");
}

#[test]
fn row_numbers_are_recognised_without_a_field() {
    static TWO: &[&Column] = &[&TITLE, &STARTS];
    let rows = Table::of(&[
        &["Serial No.", "Title", "Date"],
        &["1", "Quiet pumps", "2026-01-02"],
        &["2", "Salt maps", "2026-01-03"],
    ]);
    let binding = match_columns(&rows, TWO, &[], None, None).binding;
    assert_eq!((binding.numbering, binding.unmapped), (vec![0], vec![]));
}

#[test]
fn translations_are_in_adjacent_columns_or_in_one_cell() {
    let beside = binding(&[
        &["Title", "Applicant", "申請機構"],
        &["Quiet pumps", "Pump Works Limited", "水泵廠有限公司"],
        &["Salt maps", "Salt Map Limited", "鹽圖有限公司"],
    ]);
    assert_eq!(names(&beside), ["title", "applicant", "applicant"]);
    let places = beside.places[3];
    assert_eq!(places.map(|place| place.map(|place| place.column)), [Some(1), Some(2), None]);
    let simplified =
        binding(&[&["Title", "applicant_en", "applicant_zh"], &["Quiet pumps", "Pump Works", "水泵厂有限公司"]]);
    assert_eq!(simplified.places[3][2].map(|place| place.column), Some(2));
    let empty = binding(&[&["Title", "Applicant", "申請者"], &["Quiet pumps", "Pump Works Limited", ""]]);
    assert_eq!(empty.places[3].map(|place| place.map(|place| place.column)), [Some(1), Some(2), None]);
    let one_cell = binding(&[
        &["Title", "Applicant"],
        &["Quiet pumps", "Pump Works Limited 水泵廠有限公司"],
        &["Salt maps", "Salt Map Limited 鹽圖有限公司"],
    ]);
    assert_eq!(one_cell.places[3][0].map(|place| place.half), Some(Half::Latin));
    assert_eq!(one_cell.places[3][1].map(|place| place.half), Some(Half::Chinese));
}

#[test]
fn records_in_columns_are_transposed() {
    let turned = match_columns(
        &Table::of(&[
            &["Reference No.", "ITP/1/25", "ITP/2/25", "ITP/3/25"],
            &["Project Title", "Quiet pumps", "Salt maps", "Bamboo joints"],
            &["Applicant", "Pump Works Limited", "Salt Map Limited", "City University"],
            &["Amount Approved ($M)", "2.45", "1.3", "0.98"],
        ]),
        COLUMNS,
        &[],
        None,
        None,
    );
    assert_eq!(names(&turned.binding), ["reference", "title", "applicant", "amount"]);
    assert_eq!(turned.transposed.map(|table| table.len()), Some(4));
}

#[test]
fn unknown_headings_are_bound_with_the_translated_file() {
    let english = binding_with_header(&[&["Ref", "Title", "Applicant", "Amount Approved"]]);
    let rows: [&[&str]; 4] = [
        &["甲欄", "乙欄", "丙欄", "丁欄"],
        &["ITP/1/25", "高樓靜音水泵", "水泵廠有限公司", "2.45"],
        &["ITP/2/25", "西部水域鹽度圖", "鹽圖有限公司", "1.3"],
        &["ITP/3/25", "颱風荷載下的竹節", "城市大學", "0.98"],
    ];
    let alone = match_columns(&Table::of(&rows), COLUMNS, &[], Some(Language::ZhHant), None).binding;
    assert!(!alone.is_readable);
    let with_twin = match_columns(&Table::of(&rows), COLUMNS, &[], Some(Language::ZhHant), Some(&english)).binding;
    assert_eq!(names(&with_twin), ["reference", "title", "applicant", "amount"]);
    assert_eq!(with_twin.places[2][1].map(|place| place.column), Some(1));
}

#[test]
fn undeclared_personal_data_is_hidden() {
    let rows: Vec<Vec<&str>> = ROWS.iter().map(|row| [row, &["someone@example.com", "Ms Lee"][..]].concat()).collect();
    let mut all: Vec<&[&str]> = vec![&["Ref", "Title", "Applicant", "Amount", "Enquiries to", "Contact Person"]];
    all.extend(rows.iter().map(Vec::as_slice));
    assert_eq!(binding(&all).personal, [4, 5]);
}

#[test]
fn an_operator_alias_binds_a_column() {
    let others = [HeaderAlias::new("amount", "Zxq (HK$M)")];
    let rows: Vec<&[&str]> = [&["Ref", "Title", "Applicant", "Zxq (HK$M)"][..]].into_iter().chain(ROWS).collect();
    let binding = match_columns(&Table::of(&rows), COLUMNS, &others, None, None).binding;
    assert_eq!(names(&binding)[3], "amount");
    assert_eq!(binding.decisions[3].kind, BindingKind::Declared);
}

#[test]
fn dates_of_a_column_share_one_order() {
    static TWO: &[&Column] = &[&TITLE, &STARTS, &ENDS];
    let month_first = binding(&[&["Title", "Date"], &["Quiet pumps", "03/04/2026"], &["Salt maps", "04/25/2026"]]);
    assert_eq!(month_first.traits[5].order(), Some(crate::domain::date::DateOrder::MonthFirst));
    let open = binding(&[&["Title", "Date"], &["Quiet pumps", "03/04/2026"], &["Salt maps", "05/06/2026"]]);
    assert_eq!(open.cautions.len(), 1);
    let rows = Table::of(&[
        &["Title", "Start Date", "End Date"],
        &["Quiet pumps", "03/04/2026", "12/31/2026"],
        &["Salt maps", "05/06/2026", "06/30/2026"],
    ]);
    let beside = match_columns(&rows, TWO, &[], None, None).binding;
    assert_eq!(beside.traits[1].order(), Some(crate::domain::date::DateOrder::MonthFirst));
    assert!(beside.cautions.is_empty());
}

#[test]
fn a_table_without_evidence_is_not_readable() {
    for rows in [
        &[&["Foo", "Bar"][..], &["1", "2"]][..],
        &[&["Error: timeout", "", ""]],
        &[&[][..]],
        &[],
        &[&["Title", "Colour", "Weight"], &["Quiet pumps", "red", "heavy"]],
    ] {
        assert!(!binding(rows).is_readable, "{rows:?}");
    }
}
