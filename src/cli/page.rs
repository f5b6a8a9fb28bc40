//! In: a page in Markdown: of a code, or of a word of the language. Out: its parts, and the page formatted for a terminal.

use crate::diagnostic::Code;
use crate::diagnostic::text::{Appearance, wrap};
use owo_colors::Style;

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'p> {
    markdown: &'p str,
}

impl<'p> Page<'p> {
    /// The page of a code.
    pub fn of(code: Code) -> Self {
        Self { markdown: code.page() }
    }

    /// A page in Markdown.
    pub fn new(markdown: &'p str) -> Self {
        Self { markdown }
    }

    /// The text of the first heading: the code itself.
    #[cfg(test)]
    pub fn title(self) -> &'p str {
        self.markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("").trim()
    }

    /// The headings below the first, in order.
    #[cfg(test)]
    pub fn headings(self) -> Vec<&'p str> {
        blocks(self.markdown)
            .filter_map(|block| if let Block::Heading(text) = block { Some(text) } else { None })
            .collect()
    }

    /// The sentence below the title, on one line.
    pub fn summary(self) -> String {
        let first = blocks(self.markdown).find_map(|block| match block {
            Block::Paragraph(lines) => Some(lines),
            _ => None,
        });
        first.map(|lines| lines.join(" ")).unwrap_or_default()
    }

    /// The Markdown below a heading.
    pub fn section(self, heading: &str) -> &'p str {
        let from = self.markdown.find(&format!("\n## {heading}\n"));
        let section = from.and_then(|from| self.markdown.get(from + heading.len() + 5..)).unwrap_or("");
        section.split_once("\n## ").map_or(section, |(section, _)| section)
    }

    /// The page for a terminal: bold headings, indented code, wrapped paragraphs.
    pub fn render(self, appearance: Appearance) -> String {
        let style = |style: Style| if appearance.color { style } else { Style::new() };
        let width = appearance.width.clamp(Appearance::NARROWEST, Appearance::WIDEST);
        let mut page = String::new();
        for block in blocks(self.markdown) {
            if !page.is_empty() {
                page.push('\n');
            }
            match block {
                Block::Title(text) => {
                    page.push_str(&format!("{}\n", style(Style::new().bold().underline()).style(text)))
                }
                Block::Heading(text) => page.push_str(&format!("{}\n", style(Style::new().bold().cyan()).style(text))),
                Block::Paragraph(lines) => {
                    for line in wrap(&without_links(&lines.join(" ")), width) {
                        page.push_str(&line);
                        page.push('\n');
                    }
                }
                Block::Item(lines) => {
                    for (number, line) in wrap(&lines.join(" "), width - 4).iter().enumerate() {
                        page.push_str(if number == 0 { "  - " } else { "    " });
                        page.push_str(line);
                        page.push('\n');
                    }
                }
                Block::Table(rows) => {
                    for row in rows.iter().skip(2) {
                        let mut cells = cells(row).into_iter().filter(|cell| !cell.is_empty());
                        page.push_str(&format!("  {}\n", cells.next().unwrap_or_default()));
                        for line in wrap(&cells.collect::<Vec<_>>().join("; "), width - 6) {
                            page.push_str(&format!("      {line}\n"));
                        }
                    }
                }
                Block::Code(lines) => {
                    for line in lines {
                        page.push_str(&format!("    {}", style(Style::new().green()).style(line)));
                        page.truncate(page.trim_end().len());
                        page.push('\n');
                    }
                }
            }
        }
        page
    }
}

enum Block<'p> {
    Title(&'p str),
    Heading(&'p str),
    Paragraph(Vec<&'p str>),
    Item(Vec<&'p str>),
    Code(Vec<&'p str>),
    /// The rows, of which the first is the heading and the second a rule.
    Table(Vec<&'p str>),
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<String> {
    // A bar within a cell is escaped.
    let row = row.trim().trim_matches('|').replace("\\|", "\u{0}");
    row.split('|').map(|cell| without_links(&cell.trim().replace('\u{0}', "|").replace("\\*", "*"))).collect()
}

/// `[text](target)` as `text`, and bold text as plain text.
fn without_links(text: &str) -> String {
    let text = text.replace("**", "");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        match link.split_once("](").and_then(|(name, after)| Some((name, after.split_once(')')?.1))) {
            Some((name, after)) if !name.contains('[') => {
                plain.push_str(name);
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}

/// The blocks of a page. Our pages have only headings, paragraphs, lists, tables and fenced code.
fn blocks(markdown: &str) -> impl Iterator<Item = Block<'_>> {
    let mut lines = markdown.lines().peekable();
    std::iter::from_fn(move || {
        let line = lines.find(|line| !line.trim().is_empty())?;
        if line.starts_with("```") {
            return Some(Block::Code(lines.by_ref().take_while(|line| !line.starts_with("```")).collect()));
        }
        if line.starts_with('|') {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(row);
            }
            return Some(Block::Table(rows));
        }
        if let Some(text) = line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")) {
            return Some(Block::Heading(text.trim()));
        }
        if let Some(text) = line.strip_prefix("# ") {
            return Some(Block::Title(text.trim()));
        }
        let item = line.strip_prefix("- ");
        let mut text = vec![item.unwrap_or(line).trim()];
        let goes_on =
            |line: &&str| !(line.trim().is_empty() || line.starts_with(['#', '-', '|']) || line.starts_with("```"));
        while let Some(line) = lines.next_if(|line| goes_on(line)) {
            text.push(line.trim());
        }
        Some(if item.is_some() { Block::Item(text) } else { Block::Paragraph(text) })
    })
}
