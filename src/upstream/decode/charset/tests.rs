use proptest::prelude::*;

use super::*;

fn found(body: &[u8], declared: Option<&str>, language: Option<Language>) -> (String, String) {
    let text = decode(body, declared, language);
    (text.charset.to_string(), text.content.into_owned())
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn byte_order_marks_and_utf8() {
    assert_eq!(found(b"\xef\xbb\xbfa", None, None), ("UTF-8".into(), "a".into()));
    assert_eq!(found("é".as_bytes(), Some("iso-8859-1"), None), ("UTF-8".into(), "é".into()));
    let plain = utf16("No.,Name é", u16::to_le_bytes);
    assert_eq!(found(&plain, None, None), ("UTF-16LE".into(), "No.,Name é".into()));
    let marked = [b"\xff\xfe".as_slice(), &plain].concat();
    assert_eq!(found(&marked, None, None), ("UTF-16LE".into(), "No.,Name é".into()));
}

#[test]
fn utf16_without_a_bom_needs_few_ascii_characters() {
    // Few ASCII characters, and one character whose zero byte is at the other position.
    let text = "第一期統一計劃,資助金額\r\n一號燈籠工場,二百萬\r\n";
    assert_eq!(found(&utf16(text, u16::to_le_bytes), None, None), ("UTF-16LE".into(), text.into()));
    assert_eq!(found(&utf16(text, u16::to_be_bytes), None, None), ("UTF-16BE".into(), text.into()));
    // ASCII of even length is not Chinese UTF-16.
    assert_eq!(found(b"Bush hid the facts", None, None).0, "UTF-8");
    assert_eq!(found(b"a,b\r\n1,\0\r\n", None, None).0, "UTF-8");
}

#[test]
fn implausible_letters_are_not_utf8() {
    for text in ["目前", "专业", "准确"] {
        let body = GB18030.encode(text).0.into_owned();
        assert!(std::str::from_utf8(&body).is_ok());
        assert_ne!(found(&body, None, None).0, "UTF-8", "{text}");
    }
    for text in ["Dvořák Łódź Limited", "Café", "25°C ±5 µm", "naïve 中文", "½"] {
        assert_eq!(found(text.as_bytes(), None, Some(Language::ZhHans)), ("UTF-8".into(), text.into()));
    }
}

#[test]
fn one_bad_byte_does_not_change_the_charset() {
    let mut body = "香港理工大學,創新及科技基金,虛構理工學院".as_bytes().to_vec();
    body.push(0x96);
    let (charset, text) = found(&body, Some("big5"), Some(Language::ZhHant));
    assert_eq!(charset, "UTF-8, invalid bytes replaced");
    assert!(text.starts_with("香港理工大學"));
}

#[test]
fn windows_1252_needs_evidence() {
    let western = b"Caf\xe9 \x96 \x93smart\x94 textiles, 25\xb0C, \xa35.5, 2\xbd inch";
    assert_eq!(
        found(western, None, None),
        ("windows-1252".into(), "Café – “smart” textiles, 25°C, £5.5, 2½ inch".into())
    );
    assert_eq!(found(b"\xc9cole Imaginaire, CAF\xc9", None, Some(Language::ZhHant)).0, "windows-1252");
    // The second bytes of these characters are ASCII.
    let heading = BIG5.encode("Year/年,Name/名,Unit/功").0;
    assert_eq!(found(&heading, None, Some(Language::En)).1, "Year/年,Name/名,Unit/功");
}

#[test]
fn the_content_overrides_the_language_and_the_declaration() {
    let traditional = "編號,燈籠種類,製造商\r\n1,紙燈籠,海旁手工藝有限公司\r\n";
    let simplified = "编号,灯笼种类,制造商\r\n1,纸灯笼,海旁手工艺有限公司\r\n";
    let (big5, gb) = (BIG5.encode(traditional).0, GB18030.encode(simplified).0);
    for language in [None, Some(Language::En), Some(Language::ZhHant), Some(Language::ZhHans)] {
        assert_eq!(found(&big5, None, language), ("Big5".into(), traditional.into()), "{language:?}");
        assert_eq!(found(&gb, None, language), ("gb18030".into(), simplified.into()), "{language:?}");
    }
    // The server's declaration does not override the content.
    assert_eq!(found(&gb, Some("big5"), None).1, simplified);
    assert_eq!(found(&big5, Some("iso-8859-1"), None).1, traditional);
}

#[test]
fn hong_kong_supplementary_characters() {
    // 𣲷 is in the supplementary character set, which the encoder does not support.
    let body = [&BIG5.encode("地址：").0, b"\x9d\xb7".as_slice(), &BIG5.encode("灣大廈三樓").0].concat();
    assert_eq!(found(&body, None, Some(Language::ZhHans)), ("Big5".into(), "地址：𣲷灣大廈三樓".into()));
}

#[test]
fn an_ambiguous_charset_is_not_guessed() {
    // Two bytes that are a common character in one charset and a rare one in the other.
    let (charset, text) = found(b"Maker,\xe8\x80\xff,1", None, None);
    assert!(charset.contains("uncertain"), "{charset}");
    assert_eq!(text.matches(char::REPLACEMENT_CHARACTER).count(), text.chars().filter(|c| !c.is_ascii()).count());
    assert!(text.starts_with("Maker,") && text.ends_with(",1"), "{text}");
}

#[test]
fn html_and_xml_can_declare_their_charset() {
    let page = [b"<meta charset=\"big5\">".as_slice(), &BIG5.encode("年").0].concat();
    assert!(found(&page, None, None).1.ends_with('年'));
    assert_eq!(declared_within(b"<?xml version='1.0' encoding='GB18030'?>").as_deref(), Some("gb18030"));
    assert_eq!(declared_within(b"charset=big5"), None);
}

#[test]
fn the_evidence_names_the_second_best_charset() {
    let text = BIG5.encode("虛構海港工程有限公司").0.into_owned();
    let charset = decode(&text, None, None).charset;
    let evidence = charset.evidence.to_string();
    assert!(evidence.starts_with("1.00 (gb18030 "), "{evidence}");
}

/// Generates names from common characters, in traditional and simplified script.
fn chinese_text() -> impl Strategy<Value = (String, String)> {
    const TRADITIONAL: &str = "香港創新科技基金資助項目研究發展中心大學有限公司電子機械工程測試認證服務計劃申請機構編號名稱批准金額備註地址電話環境建築材料食物醫療系統設計應用技術";
    const SIMPLIFIED: &str = "香港创新科技基金资助项目研究发展中心大学有限公司电子机械工程测试认证服务计划申请机构编号名称批准金额备注地址电话环境建筑材料食物医疗系统设计应用技术";
    let count = TRADITIONAL.chars().count();
    proptest::collection::vec((0..count, any::<bool>()), 12..80).prop_map(|characters| {
        let of = |text: &str| {
            let known: Vec<char> = text.chars().collect();
            let pieces = characters.iter().map(|(at, ends)| format!("{}{}", known[*at], if *ends { "," } else { "" }));
            pieces.collect::<String>()
        };
        (of(TRADITIONAL), of(SIMPLIFIED))
    })
}

proptest! {
    #[test]
    fn chinese_text_round_trips_in_every_charset((traditional, simplified) in chinese_text(), named in 0..3_usize) {
        let language = [None, Some(Language::ZhHant), Some(Language::ZhHans)][named];
        prop_assert_eq!(found(&BIG5.encode(&traditional).0, None, language).1, traditional.clone());
        prop_assert_eq!(found(&GB18030.encode(&simplified).0, None, language).1, simplified.clone());
        for text in [&traditional, &simplified] {
            prop_assert_eq!(&found(text.as_bytes(), None, language).1, text);
            let lines = format!("{text}\r\n1,2\r\n");
            prop_assert_eq!(&found(&utf16(&lines, u16::to_le_bytes), None, language).1, &lines);
            prop_assert_eq!(&found(&utf16(&lines, u16::to_be_bytes), None, language).1, &lines);
        }
    }

    #[test]
    fn any_bytes_decode_to_text(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = decode(&body, None, None);
        prop_assert!(!text.charset.is_uncertain || text.content.chars().all(|c| c.is_ascii() || c == char::REPLACEMENT_CHARACTER));
    }
}
