//! The vocabulary of bodies and their units.
//!
//! Words are in folded form, as in [`key`](super::key): lower case, without accents and punctuation.

/// True for words in the names of units.
pub fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "laboratory"
            | "laboratories"
            | "lab"
            | "department"
            | "branch"
            | "office"
            | "division"
            | "section"
            | "unit"
            | "centre"
            | "school"
            | "faculty"
            | "bureau"
            | "cluster"
            | "services"
            | "service"
            | "team"
            | "clinic"
            | "workshop"
            | "programme"
    )
}

/// True for words that name only units. A centre, school or bureau may be a separate organisation.
pub fn is_part(word: &str) -> bool {
    matches!(
        word,
        "laboratory"
            | "laboratories"
            | "lab"
            | "department"
            | "departments"
            | "branch"
            | "office"
            | "division"
            | "section"
            | "unit"
            | "faculty"
            | "team"
    )
}

/// True for words that name associations around an organisation, such as alumni. They are separate organisations.
pub fn is_fellowship(word: &str) -> bool {
    matches!(
        word,
        "association"
            | "alumni"
            | "foundation"
            | "union"
            | "club"
            | "press"
            | "society"
            | "trust"
            | "fund"
            | "federation"
            | "cooperative"
    )
}

/// True for fields of work. Units of many organisations are named after them.
pub fn is_field(word: &str) -> bool {
    matches!(
        word,
        "pathology"
            | "clinical"
            | "chemical"
            | "chemistry"
            | "anatomical"
            | "molecular"
            | "microbiology"
            | "biochemistry"
            | "biology"
            | "biological"
            | "haematology"
            | "hematology"
            | "histopathology"
            | "cytology"
            | "cytogenetics"
            | "genetics"
            | "immunology"
            | "virology"
            | "radiology"
            | "nursing"
            | "surgery"
            | "paediatrics"
            | "pharmacy"
            | "pharmacology"
            | "diagnostic"
            | "diagnostics"
            | "physics"
            | "physical"
            | "mathematics"
            | "statistics"
            | "computer"
            | "computing"
            | "mechanical"
            | "civil"
            | "structural"
            | "geotechnical"
            | "calibration"
            | "metrology"
            | "measurement"
            | "analytical"
            | "textile"
            | "textiles"
            | "garment"
            | "garments"
            | "toys"
            | "toy"
            | "hardlines"
            | "softlines"
            | "law"
            | "business"
            | "arts"
            | "humanities"
            | "marketing"
            | "sales"
            | "head"
            | "main"
            | "central"
            | "regional"
            | "registered"
            | "bay"
            | "kwun"
            | "tong"
            | "tsuen"
            | "wan"
            | "sha"
            | "tin"
            | "tai"
            | "po"
            | "yuen"
            | "long"
            | "kwai"
            | "chung"
    )
}

/// True for words that begin a unit's name before `of`, `for` or `in`.
pub fn opens_unit(word: &str) -> bool {
    matches!(
        word,
        "department"
            | "school"
            | "faculty"
            | "division"
            | "institute"
            | "centre"
            | "office"
            | "laboratory"
            | "section"
            | "unit"
            | "branch"
    )
}

/// True for words that name a body, not a unit of one.
pub fn is_body(word: &str) -> bool {
    matches!(
        word,
        "university"
            | "polytechnic"
            | "hospital"
            | "hospitals"
            | "college"
            | "council"
            | "authority"
            | "corporation"
            | "institute"
            | "institution"
            | "association"
            | "society"
            | "foundation"
            | "federation"
            | "government"
            | "commission"
    )
}

/// True for mainland places whose campuses and institutes are separate legal persons.
pub fn is_campus_place(word: &str) -> bool {
    matches!(
        word,
        "shenzhen"
            | "guangzhou"
            | "nansha"
            | "zhuhai"
            | "chengdu"
            | "beijing"
            | "shanghai"
            | "dongguan"
            | "foshan"
            | "suzhou"
            | "nanjing"
            | "hangzhou"
            | "wuhan"
            | "qianhai"
            | "futian"
            | "hengqin"
            | "huizhou"
            | "jinjiang"
            | "wuxi"
            | "gz"
            | "sz"
    )
}
