//! In: text in Base64, as Kubernetes has bytes. Out: the bytes. Like the API server, it ignores line breaks, and needs the
//! padding.

/// The bytes of a text; `None` if it is not Base64 of the standard alphabet.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let mut groups = digits.chunks(4).peekable();
    while let Some(group) = groups.next() {
        let group: [u8; 4] = group.try_into().ok()?;
        let padding = match group {
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            _ => 0,
        };
        if padding > 0 && groups.peek().is_some() {
            return None;
        }
        let digits = group.iter().take(4 - padding).map(|digit| value(*digit)).collect::<Option<Vec<u32>>>()?;
        let bits = digits.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * padding);
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(3 - padding));
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_the_api_server_does() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9v\nYmFy\r\n", b"foobar"),
            ("+/+/", &[0xfb, 0xff, 0xbf]),
            // Bits after the last byte are ignored.
            ("Zh==", b"f"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text}");
        }
        for text in ["Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zm9!", "Zm 9", "_-_-", "é==="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
