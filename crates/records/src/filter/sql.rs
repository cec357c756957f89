//! A filter's tree to SQL. Column names come from the declarations, every value is a parameter, and every condition
//! is true or false, never unknown, so that `NOT` is the exact opposite.

use std::time::Duration;

use countersign_world::UnixTime;
use jiff::civil::Date;
use rusqlite::types::Value as Sql;

use super::tree::{Condition, Day, Node, Order, Reach, Test, Timing};
use crate::value::iso;

pub(super) fn compile(root: &Node) -> (String, Vec<Sql>) {
    let mut out = Out::default();
    out.node(root);
    (out.sql, out.values)
}

#[derive(Default)]
struct Out {
    sql: String,
    values: Vec<Sql>,
}

impl Out {
    fn node(&mut self, node: &Node) {
        match node {
            Node::All(nodes) => self.joined(nodes, " AND "),
            Node::Any(nodes) => self.joined(nodes, " OR "),
            Node::Not(node) => {
                self.sql.push_str("NOT ");
                self.joined(std::slice::from_ref(node.as_ref()), "");
            }
            Node::Test(condition) => self.condition(condition),
        }
    }

    fn joined(&mut self, nodes: &[Node], word: &str) {
        self.sql.push('(');
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                self.sql.push_str(word);
            }
            self.node(node);
        }
        self.sql.push(')');
    }

    fn condition(&mut self, Condition { column, test, .. }: &Condition) {
        self.sql.push_str("coalesce(");
        match test {
            Test::Empty => self.sql.push_str(&format!("\"{column}\" IS NULL")),
            Test::Text(Reach::Is, text) => {
                self.compare(column, "=", Sql::Text(text.clone()));
                self.sql.push_str(" COLLATE NOCASE");
            }
            Test::Text(reach, text) => {
                self.compare(column, "LIKE", Sql::Text(pattern(*reach, text)));
                self.sql.push_str(r" ESCAPE '\'");
            }
            Test::Bool(on) => {
                let letter = if *on { "T" } else { "F" };
                self.sql
                    .push_str(&format!("coalesce(\"{column}\", 'F') = '{letter}'"));
            }
            Test::Number(order, number) => self.compare(column, symbol(*order), Sql::Real(*number)),
            Test::NumberBetween(from, to) => {
                self.within(column, (">=", Sql::Real(*from)), ("<=", Sql::Real(*to)));
            }
            Test::NumberIn(numbers) => self.is_in(column, numbers.iter().map(|number| Sql::Real(*number))),
            Test::Date(timing, day) => match timing {
                Timing::After => self.compare(column, ">=", end(*day)),
                Timing::Before => self.compare(column, "<", start(*day)),
                Timing::On => self.within(column, (">=", start(*day)), ("<", end(*day))),
                Timing::OnOrAfter => self.compare(column, ">=", start(*day)),
                Timing::OnOrBefore => self.compare(column, "<", end(*day)),
            },
            Test::DateWithin(from, to) => self.within(column, (">=", start(*from)), ("<", end(*to))),
            Test::RefersTo(ids) => self.is_in(column, ids.iter().map(|id| Sql::Integer(*id))),
            Test::RefersToAny(ids) => {
                self.sql
                    .push_str(&format!("EXISTS (SELECT 1 FROM json_each(\"{column}\") WHERE "));
                self.is_in("value", ids.iter().map(|id| Sql::Integer(*id)));
                self.sql.push(')');
            }
            Test::Choice(ids) => self.is_in(column, ids.iter().map(|id| Sql::Text(id.clone()))),
        }
        self.sql.push_str(", 0)");
    }

    fn compare(&mut self, column: &str, operator: &str, value: Sql) {
        self.sql.push_str(&format!("\"{column}\" {operator} ?"));
        self.values.push(value);
    }

    fn within(&mut self, column: &str, from: (&str, Sql), to: (&str, Sql)) {
        self.compare(column, from.0, from.1);
        self.sql.push_str(" AND ");
        self.compare(column, to.0, to.1);
    }

    fn is_in(&mut self, column: &str, values: impl Iterator<Item = Sql>) {
        let before = self.values.len();
        self.values.extend(values);
        let places = vec!["?"; self.values.len() - before].join(", ");
        self.sql.push_str(&format!("\"{column}\" IN ({places})"));
    }
}

fn pattern(reach: Reach, text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    match reach {
        Reach::Is => escaped,
        Reach::Contain => format!("%{escaped}%"),
        Reach::StartWith => format!("{escaped}%"),
        Reach::EndWith => format!("%{escaped}"),
    }
}

const fn symbol(order: Order) -> &'static str {
    match order {
        Order::Equal => "=",
        Order::Greater => ">",
        Order::GreaterOrEqual => ">=",
        Order::Less => "<",
        Order::LessOrEqual => "<=",
    }
}

/// The first moment of a day as the store writes it. A date alone sorts before every moment of its day, so the same
/// text bounds columns of dates and columns of moments.
fn start(day: Day) -> Sql {
    Sql::Text(match day {
        Day::Whole(date) => date.to_string(),
        Day::Second(time) => iso(time),
    })
}

/// The first moment after it.
fn end(day: Day) -> Sql {
    Sql::Text(match day {
        // `~` sorts after every digit: nothing comes after the last day of the calendar.
        Day::Whole(date) => date
            .tomorrow()
            .map_or_else(|_| "~".to_owned(), |next: Date| next.to_string()),
        Day::Second(time) => iso(UnixTime::from_seconds(time.seconds()).plus(Duration::from_secs(1))),
    })
}
