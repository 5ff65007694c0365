//! The vocabulary of the rules: spelling variants, generic words, distinguishing words.
//!
//! Words are in folded form, as in [`key`](super::key): lower case, without accents and punctuation.

use std::borrow::Cow;

use crate::linking::unit_vocabulary::{is_body, is_unit};

/// Returns the unified spelling of a word: the British one, with abbreviations expanded.
pub fn spelling(word: &str) -> Cow<'_, str> {
    const SHORTEST: usize = 10;
    if word.len() >= SHORTEST
        && let Some(stem) = ["ization", "izations"].iter().find_map(|ending| word.strip_suffix(ending))
    {
        return format!("{stem}isation{}", if word.ends_with('s') { "s" } else { "" }).into();
    }
    one_word(word).into()
}

fn one_word(word: &str) -> &str {
    match word {
        "hongkong" => "hk",
        "intl" => "international",
        "dept" => "department",
        "univ" => "university",
        "corp" => "corporation",
        "ltd" => "limited",
        "co" => "company",
        "govt" => "government",
        "mfg" => "manufacturing",
        "mgmt" => "management",
        "engg" | "engrg" => "engineering",
        "assn" | "assoc" => "association",
        "center" | "ctr" => "centre",
        "centers" => "centres",
        "jewelry" => "jewellery",
        "jeweler" => "jeweller",
        "jewelers" => "jewellers",
        "color" => "colour",
        "colors" => "colours",
        "flavor" => "flavour",
        "flavors" => "flavours",
        "harbor" => "harbour",
        "neighbor" => "neighbour",
        "neighborhood" => "neighbourhood",
        "vapor" => "vapour",
        "behavior" => "behaviour",
        "endeavor" => "endeavour",
        "tumor" => "tumour",
        "theater" => "theatre",
        "theaters" => "theatres",
        "program" => "programme",
        "programs" => "programmes",
        "defense" => "defence",
        "catalog" => "catalogue",
        "aluminum" => "aluminium",
        "mold" => "mould",
        "molds" => "moulds",
        "molding" => "moulding",
        "pediatric" => "paediatric",
        "pediatrics" => "paediatrics",
        "orthopedic" => "orthopaedic",
        "orthopedics" => "orthopaedics",
        "hematology" => "haematology",
        "gynecology" => "gynaecology",
        "anesthesia" => "anaesthesia",
        "esthetic" => "aesthetic",
        "esthetics" => "aesthetics",
        "modeling" => "modelling",
        "hldgs" => "holdings",
        "hosp" => "hospital",
        "sci" => "science",
        "soc" => "society",
        "fdn" => "foundation",
        "bros" => "brothers",
        "natl" => "national",
        "svcs" => "services",
        "fty" => "factory",
        "inds" => "industries",
        "labor" => "labour",
        "fiber" => "fibre",
        "fibers" => "fibres",
        "saint" => "st",
        "macao" => "macau",
        "tuev" => "tuv",
        "sued" => "sud",
        _ => word,
    }
}

/// True for small words without a meaning of their own.
pub fn is_stop(word: &str) -> bool {
    matches!(word, "of" | "and" | "the" | "for" | "in" | "on" | "at" | "to" | "a" | "an" | "by" | "de")
}

/// True for words that are common in organisation names. Two names that share only such words need not be related.
pub fn is_generic(word: &str) -> bool {
    is_stop(word)
        || is_distinguishing(word)
        || is_body(word)
        || matches!(
            word,
            "kowloon"
                | "asian"
                | "world"
                | "worldwide"
                | "technology"
                | "technologies"
                | "tech"
                | "technical"
                | "technological"
                | "engineering"
                | "science"
                | "sciences"
                | "scientific"
                | "research"
                | "development"
                | "rd"
                | "services"
                | "service"
                | "solutions"
                | "solution"
                | "systems"
                | "system"
                | "medical"
                | "medicine"
                | "health"
                | "healthcare"
                | "care"
                | "testing"
                | "test"
                | "inspection"
                | "certification"
                | "quality"
                | "assurance"
                | "industries"
                | "industrial"
                | "industry"
                | "enterprise"
                | "enterprises"
                | "consultants"
                | "consultant"
                | "consulting"
                | "consultancy"
                | "management"
                | "investment"
                | "investments"
                | "products"
                | "product"
                | "digital"
                | "smart"
                | "innovation"
                | "innovations"
                | "innovative"
                | "bio"
                | "biotech"
                | "biotechnology"
                | "pharma"
                | "pharmaceutical"
                | "pharmaceuticals"
                | "electronic"
                | "electronics"
                | "electric"
                | "electrical"
                | "software"
                | "data"
                | "network"
                | "networks"
                | "information"
                | "communications"
                | "communication"
                | "environmental"
                | "energy"
                | "materials"
                | "material"
                | "manufacturing"
                | "logistics"
                | "design"
                | "food"
                | "foods"
                | "education"
                | "educational"
                | "social"
                | "public"
                | "national"
                | "general"
                | "new"
                | "first"
                | "applied"
                | "advanced"
                | "green"
                | "media"
                | "capital"
                | "financial"
                | "finance"
                | "security"
                | "robotics"
                | "ai"
                | "analytics"
                | "labs"
        )
        || is_unit(word)
}

/// True for words that distinguish companies of one group, by location or role.
pub fn is_distinguishing(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) || expressed_in_chinese(word).is_some()
}

/// Returns the Chinese equivalent of a distinguishing word, in Simplified characters. `None` for other words.
pub fn expressed_in_chinese(word: &str) -> Option<&'static str> {
    Some(match word {
        "hk" => "香港",
        "china" => "中国",
        "asia" => "亚",
        "pacific" => "太",
        "macau" | "macao" => "澳门",
        "taiwan" => "台湾",
        "singapore" => "新加坡",
        "shenzhen" => "深圳",
        "guangzhou" => "广州",
        "guangdong" => "广东",
        "zhuhai" => "珠海",
        "beijing" => "北京",
        "shanghai" => "上海",
        "uk" => "英国",
        "usa" | "us" | "america" => "美国",
        "europe" => "欧洲",
        "japan" => "日本",
        "holdings" | "holding" => "控股",
        "group" => "集团",
        "international" | "global" => "国际",
        "properties" | "property" => "产",
        "trading" => "贸易",
        "greater" => "大",
        "east" => "东",
        "west" => "西",
        "north" => "北",
        "south" => "南",
        _ => return None,
    })
}

/// True for capitalised words in parentheses that are never acronyms.
pub fn is_never_acronym(word: &str) -> bool {
    is_distinguishing(word)
        || matches!(
            word,
            "prc"
                | "sar"
                | "hksar"
                | "bvi"
                | "gba"
                | "roc"
                | "uae"
                | "apac"
                | "emea"
                | "ltd"
                | "limited"
                | "hongkong"
                | "kong"
                | "intl"
                | "far"
                | "thailand"
                | "india"
                | "korea"
                | "vietnam"
                | "malaysia"
                | "overseas"
                | "oversea"
                | "company"
                | "caritas"
        )
}

/// True for words in remarks beside a name that are neither a brand nor an acronym.
pub fn is_remark(word: &str) -> bool {
    matches!(
        word,
        "limited"
            | "liquidation"
            | "liquidators"
            | "dissolved"
            | "deregistered"
            | "receivership"
            | "formerly"
            | "incorporated"
            | "registered"
            | "provisional"
            | "offshore"
            | "onshore"
            | "consortium"
            | "joint"
            | "venture"
            | "subsidiary"
            | "nominee"
            | "nominees"
            | "trustee"
            | "trustees"
            | "agent"
            | "tenant"
            | "phase"
            | "project"
            | "applicant"
            | "lead"
            | "partner"
            | "sponsor"
            | "member"
            | "campus"
            | "site"
            | "plant"
            | "tower"
            | "building"
            | "park"
            | "street"
            | "road"
            | "floor"
    )
}

/// True for places that companies put in parentheses, other than those of [`is_distinguishing`].
pub fn is_place(word: &str) -> bool {
    const PLACES: &str = "kowloon tong kwun shatin tin shek mun wan wanchai chai tsuen tuen yuen long kwai chung tsing yi         fanling sheung shui mong kok hung hom causeway bay admiralty aberdeen lantau nt central cyberport sha tai po         pak kwu hang hau tseung cheung lai tsim tsui jordan mainland hainan fujian xiamen tianjin chongqing jiangsu         zhejiang hubei hunan shandong sichuan yunnan taipei kaohsiung london england scotland wales ireland dublin         france paris germany berlin munich italy milan spain madrid portugal lisbon netherlands amsterdam belgium         switzerland zurich geneva austria sweden norway denmark finland poland russia turkey israel dubai emirates qatar         saudi arabia egypt africa kenya nigeria india mumbai pakistan bangladesh lanka thailand bangkok vietnam hanoi         malaysia indonesia jakarta philippines manila cambodia myanmar korea seoul tokyo osaka australia sydney melbourne         zealand canada toronto vancouver york california texas mexico brazil argentina chile bermuda bvi cayman samoa         seychelles mauritius panama british virgin islands oceania";
    word.len() > 1 && PLACES.split_ascii_whitespace().any(|place| place == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (word, unified) in [
            ("jewelry", "jewellery"),
            ("center", "centre"),
            ("organization", "organisation"),
            ("organizations", "organisations"),
            ("optimization", "optimisation"),
            ("prize", "prize"),
            ("technology", "technology"),
        ] {
            assert_eq!(spelling(word), unified);
        }
    }

    #[test]
    fn distinguishing_words_are_generic_too() {
        for word in ["holdings", "hk", "2012"] {
            assert!(is_distinguishing(word) && is_generic(word), "{word}");
        }
        assert!(!is_generic("prenetics"));
    }
}
