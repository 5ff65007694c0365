use super::*;

fn known(name: &str) -> bool {
    [
        "The University of Hong Kong",
        "HKU",
        "HKU - Shatin",
        "HKU School of Law and More",
        "Sports, Arts and Crafts Department",
        "HKSAR Government",
    ]
    .contains(&name)
}

fn assert_split(text: &str, organisation: &str, unit: &str) {
    let expected = UnitSplit { organisation: organisation.into(), unit: Some(unit.into()) };
    assert_eq!(cut(text, &known), expected, "{text}");
}

#[test]
fn units() {
    for (text, organisation, unit) in [
        ("Union Hospital - Pathology Department", "Union Hospital", "Pathology Department"),
        ("Hong Kong Police Force - Identification Bureau", "Hong Kong Police Force", "Identification Bureau"),
        (
            "University of Macau - Institute of Chinese Medical Sciences",
            "University of Macau",
            "Institute of Chinese Medical Sciences",
        ),
        (
            "The Hong Kong Polytechnic University – Molecular Diagnostic Laboratory",
            "The Hong Kong Polytechnic University",
            "Molecular Diagnostic Laboratory",
        ),
        (
            "Bureau Veritas Hong Kong Limited - Kowloon Bay Office",
            "Bureau Veritas Hong Kong Limited",
            "Kowloon Bay Office",
        ),
        ("In Touch, Limited - Histopathology Laboratory", "In Touch, Limited", "Histopathology Laboratory"),
        (
            "Eurofins Product Testing Hong Kong Ltd. - Toys Laboratory",
            "Eurofins Product Testing Hong Kong Ltd.",
            "Toys Laboratory",
        ),
        (
            "Hospital Authority - Kwong Wah Hospital, Department of Pathology",
            "Kwong Wah Hospital",
            "Department of Pathology",
        ),
        (
            "Hospital Authority - Caritas Medical Centre, Department of Clinical Pathology",
            "Caritas Medical Centre",
            "Department of Clinical Pathology",
        ),
        (
            "Hospital Authority - Hong Kong East Cluster, Department of Clinical Pathology",
            "Hospital Authority",
            "Hong Kong East Cluster, Department of Clinical Pathology",
        ),
        (
            "Department of Health - Centre for Health Protection, Public Health Laboratory Services Branch",
            "Department of Health",
            "Centre for Health Protection, Public Health Laboratory Services Branch",
        ),
        (
            "Department of Health, Centre for Health Protection, Microbiology Division",
            "Department of Health",
            "Centre for Health Protection, Microbiology Division",
        ),
    ] {
        assert_split(text, organisation, unit);
    }
}

#[test]
fn units_before_and_beside_their_hosts() {
    for (text, organisation, unit) in [
        (
            "Department of Pathology, Hong Kong Sanatorium & Hospital",
            "Hong Kong Sanatorium & Hospital",
            "Department of Pathology",
        ),
        (
            "Department of Computing, The Hong Kong Polytechnic University",
            "The Hong Kong Polytechnic University",
            "Department of Computing",
        ),
        (
            "The Hong Kong Polytechnic University, Institute of Textiles and Clothing",
            "The Hong Kong Polytechnic University",
            "Institute of Textiles and Clothing",
        ),
        (
            "The Hong Kong Polytechnic University (Dept of Applied Biology & Chemical Technology)",
            "The Hong Kong Polytechnic University",
            "Dept of Applied Biology & Chemical Technology",
        ),
        ("The University of Hong Kong School of Nursing", "The University of Hong Kong", "School of Nursing"),
        ("Department of Testing, Alpha Foods Limited", "Alpha Foods Limited", "Department of Testing"),
        ("HKU School of Nursing", "HKU", "School of Nursing"),
        (
            "Department of Pathology, Tuen Mun Hospital, Hospital Authority",
            "Tuen Mun Hospital",
            "Department of Pathology",
        ),
        ("HKU, Department of Chemistry", "HKU", "Department of Chemistry"),
        ("Alpha Limited (Testing Laboratory)", "Alpha Limited", "Testing Laboratory"),
        ("Faculty of Music of HKU", "HKU", "Faculty of Music"),
        (
            "State Key Laboratory of Fictions at The University of Hong Kong",
            "The University of Hong Kong",
            "State Key Laboratory of Fictions",
        ),
        ("Department of Chemistry (HKU)", "HKU", "Department of Chemistry"),
        ("State Key Laboratory of Fictions (HKU)", "HKU", "State Key Laboratory of Fictions"),
        ("Fiction Testing Laboratory (HKU)", "HKU", "Fiction Testing Laboratory"),
        ("Centre for Fiction (The University of Hong Kong)", "The University of Hong Kong", "Centre for Fiction"),
        ("Clinical Laboratory (Alpha Foods Limited)", "Alpha Foods Limited", "Clinical Laboratory"),
        ("Department of Music (University of Nowhere)", "University of Nowhere", "Department of Music"),
        ("Molecular Laboratory (Nowhere Hospital)", "Nowhere Hospital", "Molecular Laboratory"),
        ("Alpha Beta Limited Hong Kong Branch", "Alpha Beta Limited", "Hong Kong Branch"),
        ("Department of Music, Beta Boys' School", "Beta Boys' School", "Department of Music"),
        (
            "Department of Music, Sports, Arts and Crafts Department",
            "Sports, Arts and Crafts Department",
            "Department of Music",
        ),
        (
            "Sports, Arts and Crafts Department, Finance Section",
            "Sports, Arts and Crafts Department",
            "Finance Section",
        ),
        ("HKU - Shatin - Laboratory", "HKU - Shatin", "Laboratory"),
        (
            "The University of Hong Kong, Shenzhen, School of Law",
            "The University of Hong Kong, Shenzhen",
            "School of Law",
        ),
    ] {
        assert_split(text, organisation, unit);
    }
    assert_eq!(
        cut("The Government of the HKSAR - Transport Department", &known),
        UnitSplit { organisation: "Transport Department".into(), unit: None }
    );
    for (text, organisation) in [
        ("Hospital Authority - Tuen Mun Hospital", "Tuen Mun Hospital"),
        ("Alpha Mission - Beta College", "Beta College"),
        ("Hospital Authority - HKU - Shatin", "HKU - Shatin"),
        ("Transport Department, HKSAR Government", "Transport Department"),
        ("Transport Department (HKSAR Government)", "Transport Department"),
        ("Tuen Mun Hospital (Hospital Authority)", "Tuen Mun Hospital"),
        ("Transport Department - The Government of the HKSAR", "Transport Department"),
        ("HKSAR Government, Transport Department", "Transport Department"),
    ] {
        assert_eq!(cut(text, &known), UnitSplit::whole(organisation), "{text}");
    }
}

#[test]
fn whole_names_are_not_split() {
    for text in [
        "Caritas - Hong Kong",
        "Hong Kong Tramways, Limited",
        "Techtronic Industries Co., Ltd.",
        "CK Life Sciences Int'l., (Holdings) Inc.",
        "Swire Pacific - Testing Laboratory Limited",
        "The Chinese University of Hong Kong, Shenzhen",
        "The University of Hong Kong - Shenzhen Hospital",
        "The Hong Kong University of Science and Technology - Shenzhen Research Institute",
        "Canossa Hospital (Caritas)",
        "Schindler Lifts (Hong Kong) Limited",
        "Department of Health",
        "Housing, Planning and Lands Bureau",
        "X-ray Laboratory",
        "Leisure, Culture & Arts Limited",
        "Centre for Virology, Vaccinology and Therapeutics Limited",
        "Innovation, Technology and Industry Bureau",
        "HKU School of Law and More",
        "HKU School of Law and More Press",
        "HKU Faculty of Medicine Alumni Association",
        "HKU - Faculty of Medicine Alumni Association",
        "Department of Music, Sha Tin",
        "Institute of Physics, Chinese Academy of Sciences",
        "Adventist Hospital - Tsuen Wan - Testing Laboratory",
        "St. Paul's Co–educational College",
        "Alpha Beta (Services)",
        "Alpha - Beta",
        "School of Law, HKU, Shenzhen",
        "HKU - Pasteur Research Centre Limited (HPRC)",
        "HKU, Pasteur Research Centre Limited (HPRC)",
        "Centre for Fiction Limited (HKU)",
        "School of Music of HKU",
        "Friends of HKU",
        "Department of Health of HKSAR Government",
        "Alumni of the Faculty of Music of HKU",
        "Hong Kong Unreal Centre (HKU)",
        "Fiction Laboratory (Elsewhere)",
        "Fiction Laboratory, Shenzhen (HKU)",
        "Fiction Centre (Alpha Foods Limited)",
        "Union Hospital (HKU)",
    ] {
        assert_eq!(cut(text, &known), UnitSplit::whole(text), "{text}");
    }
}
