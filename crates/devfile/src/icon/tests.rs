//! Pictures, and what calls itself one.

use proptest::prelude::*;

use super::*;

fn svg(inner: &str) -> Vec<u8> {
    format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 10 10'>{inner}</svg>").into_bytes()
}

/// The colour of the pixel in the middle, red, green, blue, opacity.
fn middle(png: &[u8]) -> [u8; 4] {
    let picture = Pixmap::decode_png(png).unwrap();
    assert_eq!((picture.width(), picture.height()), (SIDE, SIDE));
    let pixel = picture.pixel(SIDE / 2, SIDE / 2).unwrap();
    [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
}

#[test]
fn an_svg_is_drawn() {
    let red = render(&svg("<rect width='10' height='10' fill='#f00'/>")).unwrap();
    assert_eq!(middle(&red), [255, 0, 0, 255]);
    let used =
        svg("<defs><rect id='r' width='10' height='10' fill='#00f'/></defs><use xlink:href='#r'/>");
    assert_eq!(middle(&render(&used).unwrap()), [0, 0, 255, 255]);
}

#[test]
fn a_png_of_any_size_becomes_a_square() {
    let mut wide = Pixmap::new(400, 20).unwrap();
    wide.fill(resvg::tiny_skia::Color::from_rgba8(0, 255, 0, 255));
    let png = render(&wide.encode_png().unwrap()).unwrap();
    assert_eq!(middle(&png), [0, 255, 0, 255]);
    let picture = Pixmap::decode_png(&png).unwrap();
    assert_eq!(picture.pixel(SIDE / 2, 1).unwrap().alpha(), 0);
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("secret.png");
    let mut secret = Pixmap::new(10, 10).unwrap();
    secret.fill(resvg::tiny_skia::Color::BLACK);
    std::fs::write(&file, secret.encode_png().unwrap()).unwrap();
    let href = format!("<image width='10' height='10' href='{}'/>", file.display());
    assert_eq!(middle(&render(&svg(&href)).unwrap()), [0, 0, 0, 0]);
    let data = format!(
        "data:image/png;base64,{}",
        STANDARD.encode(std::fs::read(&file).unwrap())
    );
    let href = format!("<image width='10' height='10' href='{data}'/>");
    assert_eq!(middle(&render(&svg(&href)).unwrap()), [0, 0, 0, 0]);
    let script = svg(
        "<script>alert(1)</script><rect width='10' height='10' fill='#f00' onload='alert(1)'/>",
    );
    assert_eq!(middle(&render(&script).unwrap()), [255, 0, 0, 255]);
}

#[test]
fn what_would_take_for_ever_is_refused() {
    let doubled: Vec<String> = (1..40)
        .map(|n| {
            let used = format!("<use xlink:href='#n{}'/>", n - 1);
            format!("<g id='n{n}'>{used}{used}</g>")
        })
        .collect();
    let doubled = format!(
        "<g id='n0'><rect width='1' height='1'/></g>{}",
        doubled.concat()
    );
    let patterns: Vec<String> = (1..40)
        .map(|n| {
            let rect = format!("<rect width='1' height='1' fill='url(#p{})'/>", n - 1);
            format!("<pattern id='p{n}' width='1' height='1'>{rect}{rect}</pattern>")
        })
        .collect();
    let patterns = patterns.concat();
    let patterns = format!(
        "<pattern id='p0' width='1' height='1'><rect width='1' height='1'/></pattern>{patterns}<rect width='9' height='9' fill='url(#p39)'/>"
    );
    let filters = format!(
        "<filter id='f'>{}</filter>",
        "<feGaussianBlur stdDeviation='99'/>".repeat(100)
    );
    let deep = format!("{}{}", "<g>".repeat(5000), "</g>".repeat(5000));
    let many = "<rect width='1' height='1'/>".repeat(15_000);
    let styled = "<style>.a{fill:url(#x)}</style>".to_owned();
    for inner in [doubled, patterns, filters, deep, many, styled] {
        let refused = render(&svg(&inner));
        assert!(refused.is_err(), "{}", &inner[..60]);
    }
}

#[test]
fn an_entity_bomb_and_a_circle_do_no_harm() {
    let bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'>&b;</svg>";
    assert_eq!(render(bomb.as_bytes()), Err(IconError::NotAnIcon));
    let circle =
        svg("<g id='a'><use xlink:href='#a'/></g><rect width='10' height='10' fill='#f00'/>");
    let _ = render(&circle);
}

#[test]
fn what_is_no_picture_is_an_error() {
    for bytes in [
        &b""[..],
        b"GIF89a",
        b"<html></html>",
        b"\x89PNG\r\n\x1a\n",
        b"hello",
        b"\xFF\xD8\xFF",
    ] {
        assert_eq!(render(bytes), Err(IconError::NotAnIcon), "{bytes:?}");
    }
    let mut huge = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
    huge.extend_from_slice(&100_000u32.to_be_bytes());
    huge.extend_from_slice(&100_000u32.to_be_bytes());
    assert_eq!(render(&huge), Err(IconError::TooLarge));
    assert_eq!(render(&vec![b' '; 600 * 1024]), Err(IconError::TooLarge));
}

#[test]
fn data_addresses_hold_their_bytes() {
    assert_eq!(
        of_data_url("data:image/png;base64,aGk=").as_deref(),
        Some(&b"hi"[..])
    );
    assert_eq!(
        of_data_url("data:image/svg+xml,%3Csvg/%3E").as_deref(),
        Some(&b"<svg/>"[..])
    );
    assert_eq!(of_data_url("https://h/x.png"), None);
    assert_eq!(of_data_url("data:image/png;base64,***"), None);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = render(&bytes);
        let _ = render(&[PNG, &bytes].concat());
    }

    #[test]
    fn no_svg_makes_it_panic(inner in "[<>/a-z='#0-9 ()]{0,80}") {
        let _ = render(&svg(&inner));
    }
}
