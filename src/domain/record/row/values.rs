//! The typed values of a row: money, dates, counts, years, URLs and locations.

use jiff::{Timestamp, civil::Date};

use super::{CellError, Row, RowPart};
use crate::domain::{
    date::{self, DateOrder},
    location::{self, Location},
    money::{Money, MoneyUnit},
    number, period,
    record::{Column, binding::Traits},
    value::{self, ValueError},
    web::WebAddress,
};

impl<'a> Row<'a> {
    /// Parses a column that is not blank. If parsing fails, only this value is lost.
    pub fn parse<T>(&self, column: &Column, parse: impl FnOnce(&str) -> Result<T, ValueError>) -> Option<T> {
        let text = self.maybe(column)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.unreadable.borrow_mut().push(CellError {
                    column: column.name,
                    reason: error.to_string(),
                    text: text.to_owned(),
                });
                None
            }
        }
    }

    /// The amount in a column that is not blank. `declared` is the unit of a bare number if no heading states it.
    pub fn money(&self, column: &Column, declared: MoneyUnit) -> Option<Money> {
        let stated = self.traits(column).map(|traits| traits.unit).unwrap_or_default();
        self.parse(column, |text| Money::parse_stated(text, declared, stated))
    }

    /// The day in a column.
    pub fn date(&self, column: &Column) -> Option<Date> {
        self.parse(column, |text| date::parse_in(text, self.order(column, text)?))
    }

    /// The point in time in a column.
    pub fn moment(&self, column: &Column) -> Option<Timestamp> {
        self.parse(column, |text| date::moment_in(text, self.order(column, text)?))
    }

    /// The point in time in a column. A day without a time is its last second.
    pub fn end(&self, column: &Column) -> Option<Timestamp> {
        self.parse(column, |text| date::end_in(text, self.order(column, text)?))
    }

    /// The count in a column. `Full` and `nil` mean none.
    pub fn count(&self, column: &Column) -> Option<u32> {
        let says_none = self.blank_text(column).filter(|text| text.eq_ignore_ascii_case("nil"));
        says_none.map(|_| 0).or_else(|| self.parse(column, number::count))
    }

    /// The year in a column, which may be the year of a date.
    pub fn year(&self, column: &Column) -> Option<i32> {
        self.parse(column, |text| {
            if let Some(year) = period::year_of(text) {
                return Ok(i32::from(year));
            }
            let order = self.order(column, text)?;
            date::parse_in(text, order)
                .map(|day| i32::from(day.year()))
                .map_err(|_| ValueError::new("a year, `2024`", text))
        })
    }

    /// The web URL in a column.
    pub fn website(&self, column: &Column) -> Option<WebAddress> {
        self.parse(column, WebAddress::parse)
    }

    /// The point in two columns, or in one column that contains both coordinates.
    pub fn location(&self, latitude: &Column, longitude: &Column, position: &Column) -> Option<Location> {
        location::location(self.maybe(latitude), self.maybe(longitude))
            .or_else(|| location::pair(self.maybe(position)?))
    }

    /// The text of a cell that states that there is no value.
    fn blank_text(&self, column: &Column) -> Option<&'a str> {
        let index = self.index(column)?;
        let part = self.parts.first()?;
        let place = part.binding.places[index].iter().flatten().next()?;
        Self::text_at(part, *place).filter(|text| value::is_blank(text))
    }

    fn traits(&self, column: &Column) -> Option<Traits> {
        let index = self.index(column)?;
        let is_pivot = self.pivot.is_some_and(|(pivot, _)| pivot == index);
        let has_it = |part: &&RowPart<'_>| is_pivot || part.binding.places[index].iter().any(Option::is_some);
        self.parts.iter().find(has_it).map(|part| part.binding.traits[index])
    }

    /// The order of day and month in a column. If its cells contradict each other, an ambiguous date is rejected.
    fn order(&self, column: &Column, text: &str) -> Result<DateOrder, ValueError> {
        let Some(traits) = self.traits(column) else { return Ok(DateOrder::DayFirst) };
        if let Some(order) = traits.order() {
            return Ok(order);
        }
        let own = DateOrder::of([text]);
        match (own.either, own.agreed()) {
            (0, Some(order)) => Ok(order),
            _ => Err(ValueError::new("a date with the same order of day and month as the rest of the column", text)),
        }
    }
}
