//! The words of bodies and of their parts.
//!
//! Words are in the form that [`key`](super::key) gives them: lower case, without accents and punctuation.

/// Words by which a part of an organisation is called.
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

/// Words by which nothing but a part is called: a centre, a school or a bureau may be an organisation of its own.
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

/// Words by which the people around an organisation call what they found beside it.
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

/// Fields of work after which the parts of many organisations are called.
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

/// Words that open the name of a part when `of`, `for` or `in` follows.
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

/// Words by which a body, not a part of one, is called.
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

/// Mainland places whose campuses and institutes are legal persons of their own.
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
