//! The governing unit of a figure: the nearest stated unit that fits the measure. Two units at the same distance are
//! ambiguous, so neither applies.

use rust_decimal::Decimal;

use super::{
    figure::Figure,
    noun::NounKind,
    unit::{Scale, Unit, UnitStatement},
};

/// The place that states a unit. The order of variants is the distance from the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitDistance {
    /// A cell of the unit column in the same row.
    UnitColumn,
    /// A label of the row. 0 is the innermost.
    Row(u8),
    /// A heading of the column. 0 is the innermost.
    Column(u8),
    /// A heading between rows.
    Section,
    /// A heading that spans all columns.
    Spanning,
    Title,
    Note,
    Declared,
}

impl UnitDistance {
    /// Returns the place in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnitColumn => "the column of units",
            Self::Row(_) => "the label of the row",
            Self::Column(_) => "the heading of the column",
            Self::Section => "a heading between rows",
            Self::Spanning => "a heading above all columns",
            Self::Title => "the title",
            Self::Note => "a note",
            Self::Declared => "the declaration of the dataset",
        }
    }
}

/// A stated unit with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitSource {
    pub distance: UnitDistance,
    pub stated: UnitStatement,
    /// The noun of the label that states the unit.
    pub noun: NounKind,
}

/// The properties of a measure that determine its unit.
#[derive(Clone, Copy, Debug)]
pub struct FigureUnit {
    pub noun: NounKind,
    /// The place of the measure's name.
    pub distance: UnitDistance,
    /// The unit that the dataset declares.
    pub declared: Option<Scale>,
    /// True if an adjacent label names money, people or things. A unit above the table then belongs to that label.
    pub has_rival: bool,
}

/// The unit that governs a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoverningUnit {
    Stated(Scale, UnitDistance),
    /// The unit that the noun of the measure implies, for whole numbers.
    Implied(Unit),
    None,
    /// Several units, or an unknown one.
    Unclear,
}

/// Finds the unit that governs a figure.
pub fn governing(sources: &[UnitSource], measured: FigureUnit) -> GoverningUnit {
    let noun = match measured.declared.map(|scale| scale.unit) {
        Some(Unit::Hkd) => NounKind::Money,
        Some(Unit::Count) => NounKind::Things,
        Some(Unit::Persons) => NounKind::Persons,
        Some(Unit::Percent) => NounKind::Share,
        Some(Unit::SquareFeet | Unit::SquareMetres) => NounKind::Area,
        Some(Unit::Score) => NounKind::Score,
        Some(Unit::Unstated) | None => measured.noun,
    };
    let is_counted = matches!(noun, NounKind::Things | NounKind::Persons | NounKind::Plural);
    let measures_down = matches!(measured.distance, UnitDistance::Row(_));
    let applies = |source: &&UnitSource| match source.stated {
        UnitStatement::Known(scale) => {
            let is_near =
                source.distance <= measured.distance && (source.distance != UnitDistance::UnitColumn || measures_down);
            let is_meant = !(measured.has_rival && matches!(noun, NounKind::Unknown | NounKind::Generic));
            is_near || noun.fits(scale.unit) && is_meant
        }
        UnitStatement::Unknown => source.distance <= measured.distance || !is_counted,
    };
    let mut found: Vec<&UnitSource> = sources.iter().filter(applies).collect();
    found.sort_by_key(|source| source.distance);
    let Some(nearest) = found.first().copied() else {
        // An unlisted plural under a title in dollars names parts of the money, not things.
        if noun == NounKind::Plural
            && measured.declared.is_none()
            && sources.iter().any(|source| is_money_or_share(source.stated))
        {
            return GoverningUnit::Unclear;
        }
        return match (measured.declared, noun.unit()) {
            (Some(scale), _) => GoverningUnit::Stated(scale, UnitDistance::Declared),
            (None, Some(unit)) => GoverningUnit::Implied(unit),
            (None, None) => GoverningUnit::None,
        };
    };
    let UnitStatement::Known(mut scale) = nearest.stated else { return GoverningUnit::Unclear };
    if noun == NounKind::Persons && scale == Scale::plain(Unit::Count) {
        scale = Scale::plain(Unit::Persons);
    }
    // Rows and columns are equally near.
    let other_axis = found.iter().find(|other| {
        matches!((nearest.distance, other.distance), (UnitDistance::Row(_), UnitDistance::Column(_)))
            || other.distance == nearest.distance && other.stated != nearest.stated
    });
    if let Some(other) = other_axis.filter(|other| other.stated != nearest.stated) {
        let is_share = |source: &UnitSource| {
            source.noun == NounKind::Share && source.stated == UnitStatement::Known(Scale::plain(Unit::Percent))
        };
        return match (is_share(nearest), is_share(other), other.stated) {
            (true, false, _) => GoverningUnit::Stated(scale, nearest.distance),
            (false, true, UnitStatement::Known(scale)) => GoverningUnit::Stated(scale, other.distance),
            // People can also be stated as a count.
            (_, _, UnitStatement::Known(two)) if is_counting(scale.unit) && is_counting(two.unit) => {
                GoverningUnit::Stated(Scale::plain(Unit::Persons), nearest.distance)
            }
            _ => GoverningUnit::Unclear,
        };
    }
    // `$` under a title in millions may mean dollars or millions.
    let is_bare = scale == Scale::plain(Unit::Hkd);
    let farther_scale = found.iter().any(
        |other| matches!(other.stated, UnitStatement::Known(other) if other.unit == Unit::Hkd && other.factor != Decimal::ONE),
    );
    if is_bare && farther_scale { GoverningUnit::Unclear } else { GoverningUnit::Stated(scale, nearest.distance) }
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

/// An amount with a currency sign of at least this size is in dollars, regardless of the unit of its column.
const SURELY_DOLLARS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// A figure in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaledFigure {
    pub value: Decimal,
    /// The value of one unit in its last printed digit.
    pub step: Decimal,
    pub unit: Unit,
    /// True if only the noun implies the unit.
    pub is_implied: bool,
}

/// Scales a figure by its governing unit. `None` if the unit is unknown.
pub fn scaled(figure: &Figure, governing: GoverningUnit) -> Option<ScaledFigure> {
    let column = match governing {
        GoverningUnit::Stated(scale, _) => Some(scale),
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
        // `2.5 million` is in the unit of the column.
        (None, Some(own)) => (column?.unit, own),
        (None, None) => match governing {
            GoverningUnit::Stated(scale, _) => (scale.unit, scale.factor),
            GoverningUnit::Implied(unit) if figure.number.fract().is_zero() => (unit, Decimal::ONE),
            _ => return None,
        },
    };
    if figure.unit.is_none() && governing == GoverningUnit::Unclear {
        return None;
    }
    let is_implied = figure.unit.is_none() && matches!(governing, GoverningUnit::Implied(_));
    if factor == Decimal::ONE {
        return Some(ScaledFigure { value: figure.number, step: figure.step, unit, is_implied });
    }
    let value = figure.number.checked_mul(factor)?.normalize();
    Some(ScaledFigure { value, step: figure.step.checked_mul(factor)?.normalize(), unit, is_implied })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(distance: UnitDistance, unit: Unit, factor: u32) -> UnitSource {
        let stated = UnitStatement::Known(Scale { unit, factor: Decimal::from(factor) });
        UnitSource { distance, stated, noun: NounKind::Unknown }
    }

    fn of(noun: NounKind, distance: UnitDistance) -> FigureUnit {
        FigureUnit { noun, distance, declared: None, has_rival: false }
    }

    #[test]
    fn the_nearest_matching_unit_governs() {
        let title = source(UnitDistance::Title, Unit::Hkd, 1_000_000);
        let money = governing(&[title], of(NounKind::Money, UnitDistance::Column(0)));
        assert_eq!(money, GoverningUnit::Stated(Scale::HKD_MILLION, UnitDistance::Title));
        // `($ million)` does not govern a column of counts.
        assert_eq!(
            governing(&[title], of(NounKind::Things, UnitDistance::Column(0))),
            GoverningUnit::Implied(Unit::Count)
        );
        let percent = source(UnitDistance::Column(0), Unit::Percent, 1);
        let nearer = governing(&[title, percent], of(NounKind::Money, UnitDistance::Column(1)));
        assert_eq!(nearer, GoverningUnit::Stated(Scale::plain(Unit::Percent), UnitDistance::Column(0)));
    }

    #[test]
    fn ambiguous_units_are_unclear() {
        let title = source(UnitDistance::Title, Unit::Hkd, 1_000_000);
        let bare = source(UnitDistance::Column(0), Unit::Hkd, 1);
        assert_eq!(governing(&[title, bare], of(NounKind::Money, UnitDistance::Column(0))), GoverningUnit::Unclear);
        let row = source(UnitDistance::Row(0), Unit::Count, 1);
        assert_eq!(
            governing(
                &[row, source(UnitDistance::Column(0), Unit::Hkd, 1)],
                of(NounKind::Unknown, UnitDistance::Title)
            ),
            GoverningUnit::Unclear
        );
        let foreign =
            UnitSource { distance: UnitDistance::Title, stated: UnitStatement::Unknown, noun: NounKind::Unknown };
        assert_eq!(governing(&[foreign], of(NounKind::Money, UnitDistance::Column(0))), GoverningUnit::Unclear);
        assert_eq!(
            governing(&[foreign], of(NounKind::Things, UnitDistance::Column(0))),
            GoverningUnit::Implied(Unit::Count)
        );
        assert_eq!(governing(&[], of(NounKind::Money, UnitDistance::Column(0))), GoverningUnit::None);
    }
}
