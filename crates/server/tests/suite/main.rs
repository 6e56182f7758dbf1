//! The real program, as a person or a service manager starts it. One program, so that it links once.

mod copies;
mod crash;
mod running;
#[cfg(target_os = "linux")]
mod sharing;
mod start;
#[cfg(unix)]
mod stop;
