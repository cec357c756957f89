//! What happens to a type: transforms and postings.

use super::formula::{expression, path};
use super::line::{Line, LineError};
use crate::record_type::{Mapping, Posting, Side, Transform};

/// What follows `transform`.
pub(super) fn transform(line: &mut Line<'_>) -> Result<Transform, LineError> {
    let to = line.word("the type it becomes")?.to_owned();
    let mut maps = Vec::new();
    while !line.is_at_end() {
        let first = line.word("a field, or a sublist")?.to_owned();
        let (sublist, field) = match line.skip('.') {
            true => (Some(first), line.word("a field of its lines")?.to_owned()),
            false => (None, first),
        };
        line.mark('=')?;
        maps.push(Mapping {
            sublist,
            field,
            value: expression(line)?,
        });
    }
    Ok(Transform { to, maps })
}

/// What follows `post`.
pub(super) fn posting(line: &mut Line<'_>) -> Result<Posting, LineError> {
    let side = if line.skip_word("debit") {
        Side::Debit
    } else if line.skip_word("credit") {
        Side::Credit
    } else {
        return line.expected("`debit` or `credit`");
    };
    let mut accounts = vec![path(line)?];
    while line.skip_word("or") {
        accounts.push(path(line)?);
    }
    let amount = expression(line)?;
    let each = match line.skip_word("each") {
        true => Some(line.word("a sublist")?.to_owned()),
        false => None,
    };
    if !line.is_at_end() {
        return line.expected("`each` or the end");
    }
    Ok(Posting {
        side,
        accounts,
        amount,
        each,
    })
}
