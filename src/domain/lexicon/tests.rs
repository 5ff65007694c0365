use super::*;

/// Returns the head of a heading, and the word groups of its terms in order.
fn read(text: &str) -> (String, String) {
    let heading = Heading::read(text);
    let head = heading.head().map_or("-", WordGroup::name).to_owned();
    let terms = heading.halves.iter().flat_map(|half| &half.terms);
    let groups = terms.map(|term| match term.groups.as_slice() {
        [] => format!("?{}", term.text),
        groups => groups.iter().map(|group| group.name()).collect::<Vec<_>>().join("|"),
    });
    (head, groups.collect::<Vec<_>>().join(" "))
}

#[test]
fn every_group_has_both_languages_and_valid_contrasts() {
    let listed: Listed = toml::from_str(include_str!("lexicon.toml")).unwrap();
    for (name, group) in &listed.group {
        assert!(!group.en.is_empty() && !group.zh.is_empty(), "{name} lacks a language");
        for contrast in &group.contrasts {
            assert!(listed.group.contains_key(contrast), "{name} contrasts with {contrast}, which is not a group");
        }
        let all: Vec<String> =
            group.en.iter().chain(&group.abbr).chain(&group.zh).map(|word| tokens::key(word)).collect();
        for word in &group.ambiguous {
            assert!(all.contains(&tokens::key(word)), "{name}: the ambiguous word `{word}` is not in the group");
        }
    }
}

#[test]
fn phrases_in_two_groups_are_marked_as_ambiguous() {
    let mut silent = Vec::new();
    for (phrase, groups) in &LEXICON.phrases {
        if groups.len() > 1 && !groups.iter().all(|(_, ambiguous)| *ambiguous) {
            let names: Vec<&str> = groups.iter().map(|(group, _)| group.name()).collect();
            silent.push(format!("`{phrase}` in {}", names.join(", ")));
        }
    }
    silent.sort();
    assert!(silent.is_empty(), "not marked as ambiguous:\n{}", silent.join("\n"));
}

#[test]
fn heads_and_modifiers() {
    for (text, head) in [
        ("Name of Applicant", "applicant"),
        ("Applicant's Address", "address"),
        ("applicantAddress", "address"),
        ("No. of Projects", "count"),
        ("Project No.", "reference"),
        ("proj_ref_no", "reference"),
        ("PROJECTREFNO", "reference"),
        ("項目數目", "count"),
        ("项目编号", "reference"),
        ("Applicant Company", "applicant"),
        ("Organisation(s)", "organisation"),
        ("Org. Name", "organisation"),
        ("Amt. Appv'd (HK$'000)", "amount"),
        ("approvedAmtHKD", "amount"),
        ("申請機構名稱", "applicant"),
        ("批准資助額(百萬元)", "amount"),
        ("Closing Date & Time", "deadline"),
        ("Date of Approval", "date"),
        ("Company Address", "address"),
        ("Test Categories", "service"),
        ("Name of the Host Institution", "host"),
        ("聯絡電話", "telephone"),
        ("Tel. No.", "telephone"),
        ("Country", "-"),
        ("Account", "-"),
    ] {
        assert_eq!(read(text).0, head, "{text}: {}", read(text).1);
    }
}

#[test]
fn bilingual_headings_have_two_halves() {
    for text in [
        "Applicant 申請機構",
        "申請機構 Applicant",
        "Applicant / 申請機構",
        "申請機構\nApplicant",
        "Applicant（申請機構）",
    ] {
        let heading = Heading::read(text);
        assert_eq!(heading.halves.len(), 2, "{text}");
        assert_eq!(heading.head(), group("applicant"), "{text}");
    }
    assert_eq!(Heading::read("款額 (HK$M)").head(), group("amount"));
    // Contradictory halves are not evidence.
    assert_eq!(Heading::read("Title 地址").head(), None);
}

#[test]
fn joined_truncated_and_misspelt_words() {
    for (text, groups) in [
        ("carparkname", "carpark"),
        ("lastupdatetime", "updated time"),
        ("descrip", "description"),
        ("Applcnt", "applicant"),
        ("Adress", "address"),
        ("Telehpone", "telephone"),
        ("Programe", "scheme"),
        ("txtTitle", "noise title"),
    ] {
        assert_eq!(read(text).1, groups, "{text}");
    }
    for text in ["status", "stat", "part", "comm", "Discount", "Foo Bar"] {
        assert_ne!(read(text).0, "count", "{text}");
    }
}

#[test]
fn language_marks() {
    for (text, stem, mark) in [
        ("name_tc", "name", LanguageMark::Traditional),
        ("cluster_SC", "cluster", LanguageMark::Simplified),
        ("titleEN", "title", LanguageMark::English),
        ("entranceNameTC", "entranceName", LanguageMark::Traditional),
        ("Address (English)", "Address", LanguageMark::English),
        ("Address (Traditional Chinese)", "Address", LanguageMark::Traditional),
        ("Address (in Chinese)", "Address", LanguageMark::Chinese),
        ("Name in Chinese", "Name", LanguageMark::Chinese),
        ("en_title", "title", LanguageMark::English),
        ("Chinese Name", "Name", LanguageMark::Chinese),
        ("title.zh-Hant", "title", LanguageMark::Traditional),
        ("name.zh_CN", "name", LanguageMark::Simplified),
        ("英文名稱", "名稱", LanguageMark::English),
        ("名稱（簡體）", "名稱", LanguageMark::Simplified),
        ("名稱(中文)", "名稱", LanguageMark::Chinese),
        ("機構中文名稱", "機構名稱", LanguageMark::Chinese),
        ("desc_e", "desc", LanguageMark::English),
        ("desc_c", "desc", LanguageMark::Chinese),
        ("Applicant (Eng)", "Applicant", LanguageMark::English),
        ("nameChi", "name", LanguageMark::Chinese),
    ] {
        assert_eq!(language::split(text), (stem.to_owned(), Some(mark)), "{text}");
    }
    for text in
        ["Open", "Screen", "Description", "Technology", "Type C", "Remarks", "Dimension s", "en", "TC", "Class E"]
    {
        assert_eq!(language::split(text).1, None, "{text}");
    }
}

#[test]
fn invisible_characters_are_removed_and_full_width_letters_normalised() {
    assert_eq!(tokens::key("\u{200e}Ａｐｐｌｉｃａｎｔ\u{200b}s"), "applicant");
    assert_eq!(tokens::key("EVVacancies_No2"), "ev vacancy no 2");
    assert_eq!(tokens::key("單位／Unit"), "单 位 unit");
}
