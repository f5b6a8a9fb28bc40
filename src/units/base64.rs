//! In: text in Base64, as Kubernetes has bytes. Out: the bytes. Like the API server, it ignores line breaks and bits after
//! the last byte, and needs the padding.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// As Go's `base64.StdEncoding`.
const GO: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The bytes of a text; `None` if it is not Base64 of the standard alphabet.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    GO.decode(digits).ok()
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
