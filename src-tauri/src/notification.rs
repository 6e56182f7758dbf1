//! The system's notifications.

use notify_rust::Notification;

/// Shows a notification. Blocks for a moment; a system that shows none is only noted.
pub(crate) fn show(application: &str, title: &str, body: &str) {
    let mut notification = Notification::new();
    notification
        .appname("Registrar")
        .summary(title)
        .body(&plain(body));
    identify(&mut notification, application);
    if let Err(error) = notification.show() {
        tracing::info!(%error, "the system shows no notification");
    }
}

/// The text as it is, also where the system would take parts of a name for markup.
#[cfg(all(unix, not(target_os = "macos")))]
fn plain(body: &str) -> String {
    let markup = notify_rust::get_capabilities()
        .is_ok_and(|known| known.iter().any(|one| one == "body-markup"));
    if markup {
        escaped(body)
    } else {
        body.to_owned()
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn plain(body: &str) -> String {
    body.to_owned()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Says whose notification it is, in the system's own way.
#[cfg(target_os = "windows")]
fn identify(notification: &mut Notification, application: &str) {
    notification.app_id(application);
}

#[cfg(target_os = "macos")]
fn identify(_: &mut Notification, application: &str) {
    // It can be said once; the second time it is known already.
    let _ = notify_rust::set_application(application);
}

#[cfg(all(unix, not(target_os = "macos")))]
fn identify(notification: &mut Notification, application: &str) {
    let entry = notify_rust::Hint::DesktopEntry(application.to_owned());
    notification.icon(application).hint(entry);
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(super::escaped("<b>A&B</b>"), "&lt;b&gt;A&amp;B&lt;/b&gt;");
    }
}
