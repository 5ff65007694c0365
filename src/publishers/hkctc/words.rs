//! The vocabulary of the tables on testing and certification, with the same identifiers in all thirteen.

use crate::{
    domain::catalog::Title,
    statistics::{DimensionWords, MeasureWords, Scale, Unit},
};

pub const ESTABLISHMENTS: MeasureWords = MeasureWords {
    id: "establishments",
    title: Title::new("Number of establishments", "機構單位數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Number of establishments",
        "機構單位數目",
        "机构单位数目",
        "Number of companies",
        "公司數目",
        "公司数目",
    ],
};

pub const PERSONS_ENGAGED: MeasureWords = MeasureWords {
    id: "persons_engaged",
    title: Title::new("Number of persons engaged", "就業人數"),
    unit: Some(Scale::plain(Unit::Persons)),
    headers: &["Number of persons engaged", "就業人數", "就业人数"],
};

/// The only measure of a table, named in its title.
pub const PERSONS_ENGAGED_BY_TITLE: MeasureWords = MeasureWords { headers: &[], ..PERSONS_ENGAGED };

pub const SHARE_OF_PERSONS: MeasureWords = MeasureWords {
    id: "share_of_persons_engaged",
    title: Title::new("Share of persons engaged", "佔就業人數的百分比"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["Share of persons engaged", "佔就業人數的百分比", "占就业人数的百分比"],
};

pub const BUSINESS_RECEIPTS: MeasureWords = MeasureWords {
    id: "business_receipts",
    title: Title::new("Business receipts", "業務收益"),
    unit: Some(Scale::HKD_MILLION),
    headers: &["Business receipts", "業務收益", "业务收益", "Total receipts", "總收益", "总收益"],
};

pub const SHARE_OF_RECEIPTS: MeasureWords = MeasureWords {
    id: "share_of_business_receipts",
    title: Title::new("Share of business receipts", "佔業務收益的百分比"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["Share", "Share of business receipts", "百分比", "佔業務收益的百分比", "占业务收益的百分比"],
};

/// The only measure of a table, named in a line above its header.
pub const SHARE_OF_RECEIPTS_BY_TITLE: MeasureWords = MeasureWords { headers: &[], ..SHARE_OF_RECEIPTS };

pub const VALUE_ADDED: MeasureWords = MeasureWords {
    id: "value_added",
    title: Title::new("Industry value added", "行業增加價值"),
    unit: Some(Scale::HKD_MILLION),
    headers: &["Industry value added", "行業增加價值", "行业增加价值", "增加價值", "增加价值"],
};

/// The unit is in a line of its own above the header.
pub const VALUE_ADDED_PER_PERSON: MeasureWords = MeasureWords {
    id: "value_added_per_person",
    title: Title::new("Average value added per person engaged", "就業人士平均增加價值"),
    unit: Some(Scale::HKD_THOUSAND),
    headers: &[],
};

pub const PROFIT_RATIO: MeasureWords = MeasureWords {
    id: "profit_ratio",
    title: Title::new("Profit ratio", "盈利率"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &[
        "Profit ratio",
        "盈利率",
        "Gross surplus / total receipts ratio",
        "盈餘總額與總收益的比率",
        "盈余总额与总收益的比率",
    ],
};

pub const SERVICE: DimensionWords = DimensionWords::new(
    "service",
    Title::new("Type of service", "服務類別"),
    &["Type of service", "服務類別", "服务类别"],
);

pub const TESTING_AREA: DimensionWords = DimensionWords::new(
    "testing_area",
    Title::new("Product or area of testing", "產品/測試範疇"),
    &["Product / area of testing", "產品/測試範疇", "产品/测试范畴"],
);

pub const SIZE: DimensionWords = DimensionWords::new(
    "size",
    Title::new("Size of establishment", "機構單位規模"),
    &["Size of establishment", "機構單位規模", "机构单位规模"],
);

pub const OCCUPATION: DimensionWords =
    DimensionWords::new("occupation", Title::new("Occupation", "職業"), &["Occupation", "職業", "职业"]);

pub const EDUCATION: DimensionWords = DimensionWords::new(
    "education",
    Title::new("Educational attainment", "教育程度"),
    &["Educational attainment", "教育程度"],
);

/// All establishments, and the private independent ones, which are a subset of them.
pub const ESTABLISHMENT_KIND: DimensionWords =
    DimensionWords::new("establishment_kind", Title::new("Kind of establishment", "機構單位類別"), &[])
        .across()
        .not_adding_up();

/// The largest 5 are included in the largest 10.
pub const LARGEST: DimensionWords = DimensionWords::new(
    "largest_establishments",
    Title::new("Largest establishments", "最大的機構單位"),
    &["Largest establishments", "最大的機構單位", "最大的机构单位"],
)
.not_adding_up();
