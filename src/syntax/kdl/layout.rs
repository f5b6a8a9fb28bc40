//! In: lines made of pieces, with the columns that the pieces had in the source. Out: text in which pieces stay aligned
//! where the author had aligned them.

use std::collections::BTreeMap;

/// One level of nesting.
pub const INDENTATION: &str = "    ";

/// What is written between two spaces: a name, a value, a property, a brace, a comment.
pub struct Piece {
    /// The text to write.
    pub text: String,
    /// Its column in the source.
    pub column: usize,
    /// How many bytes of white space preceded it.
    pub gap: usize,
    /// Whether it is a `//` comment.
    pub comment: bool,
}

/// One line of the output, or several when a piece is a block of text.
#[derive(Default)]
pub struct Line {
    /// How deep it is nested.
    pub depth: usize,
    /// Whether a blank line precedes it.
    pub blank_before: bool,
    /// Whether the lines after it are the content of a block that it opens.
    pub opens_block: bool,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

impl Line {
    /// Whether it takes one line, so its columns can be aligned.
    fn is_simple(&self) -> bool {
        self.pieces.iter().all(|piece| !piece.text.contains(['\n', '\r']))
    }
}

/// Pieces of adjacent lines that began at the same column.
struct Column {
    column: usize,
    /// Line and piece.
    members: Vec<(usize, usize)>,
    /// Whether some member had more than one space before it. The alignment is then intended.
    wanted: bool,
}

/// Writes the lines.
pub fn render(lines: &[Line]) -> String {
    let padding = padding(lines);
    let mut out = String::new();
    for (line, padding) in lines.iter().zip(&padding) {
        if line.blank_before {
            out.push('\n');
        }
        for _ in 0..line.depth {
            out.push_str(INDENTATION);
        }
        for (piece, spaces) in line.pieces.iter().zip(padding) {
            out.extend(std::iter::repeat_n(' ', *spaces));
            out.push_str(&piece.text);
        }
        out.push('\n');
    }
    out
}

/// The spaces before each piece.
fn padding(lines: &[Line]) -> Vec<Vec<usize>> {
    let mut padding: Vec<Vec<usize>> =
        lines.iter().map(|line| (0..line.pieces.len()).map(|index| usize::from(index > 0)).collect()).collect();
    // The progress in each line: the next piece, and the column after the previous piece.
    let mut cursors: Vec<(usize, usize)> = lines.iter().map(|line| (0, line.depth * INDENTATION.len())).collect();
    let mut columns = columns(lines);
    columns.sort_by_key(|column| column.column);
    for column in columns {
        let mut target = 0;
        for &(line, piece) in &column.members {
            let (next, end) = &mut cursors[line];
            while *next < piece {
                *end += padding[line][*next] + lines[line].pieces[*next].text.chars().count();
                *next += 1;
            }
            target = target.max(*end + 1);
        }
        for &(line, piece) in &column.members {
            padding[line][piece] = target - cursors[line].1;
        }
    }
    padding
}

/// The columns that the author aligned.
fn columns(lines: &[Line]) -> Vec<Column> {
    // A comment can align with comments at other depths. Other pieces align only with pieces of the same kind.
    let mut open: BTreeMap<(usize, Option<usize>), Column> = BTreeMap::new();
    let mut done = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut still_open = BTreeMap::new();
        if line.is_simple() && !line.blank_before {
            continue_columns(number, line, &mut open, &mut still_open);
        } else if line.is_simple() {
            continue_columns(number, line, &mut BTreeMap::new(), &mut still_open);
        }
        done.extend(std::mem::replace(&mut open, still_open).into_values());
    }
    done.extend(open.into_values());
    done.retain(|column| column.wanted && column.members.len() > 1);
    done
}

fn continue_columns(
    number: usize,
    line: &Line,
    open: &mut BTreeMap<(usize, Option<usize>), Column>,
    still_open: &mut BTreeMap<(usize, Option<usize>), Column>,
) {
    for (index, piece) in line.pieces.iter().enumerate().skip(1) {
        let key = (piece.column, (!piece.comment).then_some(line.depth));
        let mut column =
            open.remove(&key).unwrap_or_else(|| Column { column: piece.column, members: Vec::new(), wanted: false });
        column.members.push((number, index));
        column.wanted |= piece.gap > 1;
        still_open.insert(key, column);
    }
}
