//! The unit that governs a figure: the nearest that is stated and fits what the figure measures. Two units at one
//! distance are none.

use rust_decimal::Decimal;

use super::{
    figure::Figure,
    noun::Noun,
    unit::{Scale, Unit, UnitStatement},
};

/// A place that states a unit; the order is the distance from the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distance {
    /// A column of units, in the row.
    UnitColumn,
    /// A label of the row; 0 is the innermost.
    Row(u8),
    /// A heading of the column; 0 is the innermost.
    Column(u8),
    /// A heading between rows.
    Section,
    /// A heading over all columns.
    Spanning,
    Title,
    Note,
    Declared,
}

impl Distance {
    /// The place in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnitColumn => "the column of units",
            Self::Row(_) => "the label of the row",
            Self::Column(_) => "the heading of the column",
            Self::Section => "a heading between rows",
            Self::Spanning => "a heading over all columns",
            Self::Title => "the title",
            Self::Note => "a note",
            Self::Declared => "what the dataset declares",
        }
    }
}

/// A unit and where it is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitSource {
    pub distance: Distance,
    pub stated: UnitStatement,
    /// The noun of the label that states it.
    pub noun: Noun,
}

/// What a figure measures, as far as units are concerned.
#[derive(Clone, Copy, Debug)]
pub struct FigureUnit {
    pub noun: Noun,
    /// Where the measure is named.
    pub distance: Distance,
    /// The unit that the dataset declares.
    pub declared: Option<Scale>,
    /// Whether a label beside its own names money, people or things: then a unit over the table is meant for that.
    pub has_rival: bool,
}

/// The unit that governs a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Governing {
    Stated(Scale, Distance),
    /// The measure's own noun says it, for whole numbers.
    Implied(Unit),
    None,
    /// Several, or one that is not known.
    Unclear,
}

/// Finds the unit that governs a figure.
pub fn governing(sources: &[UnitSource], measured: FigureUnit) -> Governing {
    let noun = match measured.declared.map(|scale| scale.unit) {
        Some(Unit::Hkd) => Noun::Money,
        Some(Unit::Count) => Noun::Things,
        Some(Unit::Persons) => Noun::Persons,
        Some(Unit::Percent) => Noun::Share,
        Some(Unit::SquareFeet | Unit::SquareMetres) => Noun::Area,
        Some(Unit::Score) => Noun::Score,
        Some(Unit::Unstated) | None => measured.noun,
    };
    let is_counted = matches!(noun, Noun::Things | Noun::Persons | Noun::Plural);
    let measures_down = matches!(measured.distance, Distance::Row(_));
    let applies = |source: &&UnitSource| match source.stated {
        UnitStatement::Known(scale) => {
            let is_near =
                source.distance <= measured.distance && (source.distance != Distance::UnitColumn || measures_down);
            let is_meant = !(measured.has_rival && matches!(noun, Noun::Unknown | Noun::Generic));
            is_near || noun.fits(scale.unit) && is_meant
        }
        UnitStatement::Unknown => source.distance <= measured.distance || !is_counted,
    };
    let mut found: Vec<&UnitSource> = sources.iter().filter(applies).collect();
    found.sort_by_key(|source| source.distance);
    let Some(nearest) = found.first().copied() else {
        // A plural that no list knows, under a title in dollars: parts of the money rather than things.
        if noun == Noun::Plural
            && measured.declared.is_none()
            && sources.iter().any(|source| is_money_or_share(source.stated))
        {
            return Governing::Unclear;
        }
        return match (measured.declared, noun.unit()) {
            (Some(scale), _) => Governing::Stated(scale, Distance::Declared),
            (None, Some(unit)) => Governing::Implied(unit),
            (None, None) => Governing::None,
        };
    };
    let UnitStatement::Known(mut scale) = nearest.stated else { return Governing::Unclear };
    if noun == Noun::Persons && scale == Scale::plain(Unit::Count) {
        scale = Scale::plain(Unit::Persons);
    }
    // Rows and columns are equally near.
    let other_axis = found.iter().find(|other| {
        matches!((nearest.distance, other.distance), (Distance::Row(_), Distance::Column(_)))
            || other.distance == nearest.distance && other.stated != nearest.stated
    });
    if let Some(other) = other_axis.filter(|other| other.stated != nearest.stated) {
        let is_share = |source: &UnitSource| {
            source.noun == Noun::Share && source.stated == UnitStatement::Known(Scale::plain(Unit::Percent))
        };
        return match (is_share(nearest), is_share(other), other.stated) {
            (true, false, _) => Governing::Stated(scale, nearest.distance),
            (false, true, UnitStatement::Known(scale)) => Governing::Stated(scale, other.distance),
            // People are counted.
            (_, _, UnitStatement::Known(two)) if is_counting(scale.unit) && is_counting(two.unit) => {
                Governing::Stated(Scale::plain(Unit::Persons), nearest.distance)
            }
            _ => Governing::Unclear,
        };
    }
    // `$` under a title in millions: dollars or millions of them, it does not say.
    let is_bare = scale == Scale::plain(Unit::Hkd);
    let farther_scale = found.iter().any(
        |other| matches!(other.stated, UnitStatement::Known(other) if other.unit == Unit::Hkd && other.factor != Decimal::ONE),
    );
    if is_bare && farther_scale { Governing::Unclear } else { Governing::Stated(scale, nearest.distance) }
}

const fn is_money_or_share(stated: UnitStatement) -> bool {
    match stated {
        UnitStatement::Known(scale) => matches!(scale.unit, Unit::Hkd | Unit::Percent),
        UnitStatement::Unknown => true,
    }
}

const fn is_counting(unit: Unit) -> bool {
    matches!(unit, Unit::Count | Unit::Persons)
}

/// An amount with a currency sign that is this large counts dollars, whatever its column says.
const SURELY_DOLLARS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// A figure in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    pub value: Decimal,
    /// One of its last printed digit.
    pub step: Decimal,
    pub unit: Unit,
    /// Whether its noun alone says the unit.
    pub is_implied: bool,
}

/// A figure in the unit that governs it; `None` where that is not told.
pub fn scaled(figure: &Figure, governing: Governing) -> Option<Scaled> {
    let column = match governing {
        Governing::Stated(scale, _) => Some(scale),
        _ => None,
    };
    let (unit, factor) = match (figure.unit, figure.factor) {
        (Some(Unit::Hkd), Some(own)) => (Unit::Hkd, own),
        (Some(Unit::Hkd), None) => match column {
            Some(scale) if scale.unit == Unit::Hkd && scale.factor != Decimal::ONE => {
                // `$12.5` under `$M`.
                if figure.number.abs() < SURELY_DOLLARS {
                    return None;
                }
                (Unit::Hkd, Decimal::ONE)
            }
            Some(scale) if scale.unit != Unit::Hkd => return None,
            _ => (Unit::Hkd, Decimal::ONE),
        },
        (Some(unit), _) => (unit, figure.factor.unwrap_or(Decimal::ONE)),
        // `2.5 million` of the unit that the column counts.
        (None, Some(own)) => (column?.unit, own),
        (None, None) => match governing {
            Governing::Stated(scale, _) => (scale.unit, scale.factor),
            Governing::Implied(unit) if figure.number.fract().is_zero() => (unit, Decimal::ONE),
            _ => return None,
        },
    };
    if figure.unit.is_none() && governing == Governing::Unclear {
        return None;
    }
    let is_implied = figure.unit.is_none() && matches!(governing, Governing::Implied(_));
    if factor == Decimal::ONE {
        return Some(Scaled { value: figure.number, step: figure.step, unit, is_implied });
    }
    let value = figure.number.checked_mul(factor)?.normalize();
    Some(Scaled { value, step: figure.step.checked_mul(factor)?.normalize(), unit, is_implied })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(distance: Distance, unit: Unit, factor: u32) -> UnitSource {
        let stated = UnitStatement::Known(Scale { unit, factor: Decimal::from(factor) });
        UnitSource { distance, stated, noun: Noun::Unknown }
    }

    fn of(noun: Noun, distance: Distance) -> FigureUnit {
        FigureUnit { noun, distance, declared: None, has_rival: false }
    }

    #[test]
    fn the_nearest_unit_that_fits() {
        let title = source(Distance::Title, Unit::Hkd, 1_000_000);
        let money = governing(&[title], of(Noun::Money, Distance::Column(0)));
        assert_eq!(money, Governing::Stated(Scale::HKD_MILLION, Distance::Title));
        // `($ million)` does not govern a column of counts.
        assert_eq!(governing(&[title], of(Noun::Things, Distance::Column(0))), Governing::Implied(Unit::Count));
        let percent = source(Distance::Column(0), Unit::Percent, 1);
        let nearer = governing(&[title, percent], of(Noun::Money, Distance::Column(1)));
        assert_eq!(nearer, Governing::Stated(Scale::plain(Unit::Percent), Distance::Column(0)));
    }

    #[test]
    fn what_is_in_doubt_is_none() {
        let title = source(Distance::Title, Unit::Hkd, 1_000_000);
        let bare = source(Distance::Column(0), Unit::Hkd, 1);
        assert_eq!(governing(&[title, bare], of(Noun::Money, Distance::Column(0))), Governing::Unclear);
        let row = source(Distance::Row(0), Unit::Count, 1);
        assert_eq!(
            governing(&[row, source(Distance::Column(0), Unit::Hkd, 1)], of(Noun::Unknown, Distance::Title)),
            Governing::Unclear
        );
        let foreign = UnitSource { distance: Distance::Title, stated: UnitStatement::Unknown, noun: Noun::Unknown };
        assert_eq!(governing(&[foreign], of(Noun::Money, Distance::Column(0))), Governing::Unclear);
        assert_eq!(governing(&[foreign], of(Noun::Things, Distance::Column(0))), Governing::Implied(Unit::Count));
        assert_eq!(governing(&[], of(Noun::Money, Distance::Column(0))), Governing::None);
    }
}
