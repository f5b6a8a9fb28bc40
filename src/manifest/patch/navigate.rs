//! The places of a tree by the parts of a JSON pointer (RFC 6901): finding, inserting, removing.

use crate::manifest::{Field, Value};

/// A path that leads nowhere: the number of its parts that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The parts before the one that does not exist.
    pub depth: usize,
}

/// Whether a part can be an index: digits without a leading zero.
pub(super) fn is_index(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
}

fn index(part: &str) -> Option<usize> {
    is_index(part).then(|| part.parse().ok())?
}

/// The field at a path.
pub(super) fn find<'a>(root: &'a Field, parts: &[String]) -> Result<&'a Field, Missing> {
    parts.iter().enumerate().try_fold(root, |field, (depth, part)| {
        let next = match &field.value {
            Value::Mapping(_) => field.get(part),
            Value::Sequence(items) => index(part).and_then(|at| items.get(at)),
            _ => None,
        };
        next.ok_or(Missing { depth })
    })
}

/// The field at a path, to change it.
pub(super) fn find_mut<'a>(root: &'a mut Field, parts: &[String]) -> Result<&'a mut Field, Missing> {
    parts.iter().enumerate().try_fold(root, |field, (depth, part)| {
        let next = match &mut field.value {
            Value::Mapping(entries) => entries.iter_mut().find(|(key, _)| key == part).map(|(_, field)| field),
            Value::Sequence(items) => index(part).and_then(|at| items.get_mut(at)),
            _ => None,
        };
        next.ok_or(Missing { depth })
    })
}

/// Puts a field at a path: a new key, in place of an old one, before an item, or with `-` at the end of a list.
pub(super) fn insert(root: &mut Field, parts: &[String], field: Field) -> Result<(), Missing> {
    let Some((last, above)) = parts.split_last() else {
        *root = field;
        return Ok(());
    };
    let missing = Missing { depth: above.len() };
    match &mut find_mut(root, above)?.value {
        Value::Mapping(entries) => match entries.iter_mut().find(|(key, _)| key == last) {
            Some((_, slot)) => *slot = field,
            None => entries.push((last.clone().into(), field)),
        },
        Value::Sequence(items) => {
            let at = if last == "-" { items.len() } else { index(last).ok_or(missing)? };
            if at > items.len() {
                return Err(missing);
            }
            items.insert(at, field);
        }
        _ => return Err(missing),
    }
    Ok(())
}

/// Takes the field at a path away.
pub(super) fn remove(root: &mut Field, parts: &[String]) -> Result<Field, Missing> {
    let Some((last, above)) = parts.split_last() else { return Err(Missing { depth: 0 }) };
    let missing = Missing { depth: above.len() };
    match &mut find_mut(root, above)?.value {
        Value::Mapping(entries) => {
            let at = entries.iter().position(|(key, _)| key == last).ok_or(missing)?;
            Ok(entries.remove(at).1)
        }
        Value::Sequence(items) => {
            let at = index(last).filter(|at| *at < items.len()).ok_or(missing)?;
            Ok(items.remove(at))
        }
        _ => Err(missing),
    }
}
