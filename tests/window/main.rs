//! The real window, driven by `WebDriver`.

mod opening;
