//! The one window: what it may load, where it stands, what it looks like before its page does.

use registrar_app::wire::Theme as ChosenTheme;
use registrar_app::{App, Paths};
use tauri::async_runtime::spawn;
use tauri::plugin::TauriPlugin;
use tauri::webview::{
    Color, NewWindowResponse, PageLoadEvent, PageLoadPayload, WebviewWindow, WebviewWindowBuilder,
};
use tauri::{AppHandle, DragDropEvent, Manager, Theme, Url, WindowEvent, Wry};
use tauri_plugin_window_state::StateFlags;

/// The window's label, as in `tauri.conf.json`.
pub(crate) const LABEL: &str = "main";

/// The page's own background in both themes, for the moments in which no page is painted.
const LIGHT: Color = Color(0xf6, 0xf6, 0xf4, 0xff);
const DARK: Color = Color(0x15, 0x16, 0x1a, 0xff);

/// WebKit's own menu offers to reload and to go back; only text fields have use for it.
const NO_CONTEXT_MENU: &str = "
addEventListener('contextmenu', (event) => {
  if (!event.target?.closest?.('input, textarea')) event.preventDefault();
});";

/// The page's policy refuses things before a test could begin to listen, so a debug build
/// remembers them.
const REMEMBER_REFUSALS: &str = "
window.policyRefusals = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
  window.policyRefusals.push(`${effectiveDirective}: ${blockedURI} (${sourceFile})`);
});";

/// Asks for what the first picture shows before the page's own code is there.
const EARLY: &str = include_str!("early.js");

/// Remembers the window's size and place in the data folder.
pub(crate) fn remember(paths: &Paths) -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        // An absolute name: otherwise it would lie in a folder of Tauri's choice.
        .with_filename(paths.data().join("window.json").to_string_lossy())
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Creates the window, hidden until its page begins to come: the system needs as long to put it
/// on the screen as WebKit to load the page, and paints it in the page's own colour meanwhile.
/// WebKit's process cannot bear to be shown earlier, while [`graphics`](crate::graphics) suits it.
pub(crate) fn create(app: &AppHandle, paths: &Paths) -> tauri::Result<()> {
    let Some(config) = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == LABEL)
    else {
        return Err(tauri::Error::WindowNotFound);
    };
    let mut builder = WebviewWindowBuilder::from_config(app, config)?;
    if cfg!(debug_assertions) {
        builder = builder.initialization_script(REMEMBER_REFUSALS);
    }
    let window = builder
        .data_directory(paths.data().join("webview"))
        .background_color(LIGHT)
        .initialization_script(NO_CONTEXT_MENU)
        .initialization_script(EARLY)
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, page| show_when_coming(&window, &page))
        .build()?;
    #[cfg(target_os = "linux")]
    crate::graphics::suit(&window)?;
    // The light one is painted already, and to paint once more costs GTK a search of all its styles.
    if window.theme()? == Theme::Dark {
        paint(&window, Theme::Dark);
    }
    let told = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::ThemeChanged(theme) => paint(&told, *theme),
        WindowEvent::DragDrop(event) => dragged(&told, event),
        _ => {}
    });
    Ok(())
}

/// Files over the window: the page is told of them by the application, without where they lie.
fn dragged(window: &WebviewWindow, event: &DragDropEvent) {
    let app = window.state::<App>();
    match event {
        DragDropEvent::Enter { paths, .. } if !paths.is_empty() => app.files_hover(true),
        DragDropEvent::Leave => app.files_hover(false),
        DragDropEvent::Drop { paths, .. } => {
            let (app, paths) = (App::clone(&app), paths.clone());
            spawn(async move { app.files_dropped(paths).await });
        }
        _ => {}
    }
}

/// Brings the window to the front, wherever it is.
pub(crate) fn raise(app: &AppHandle) -> tauri::Result<()> {
    let window = app
        .get_webview_window(LABEL)
        .ok_or(tauri::Error::WindowNotFound)?;
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// Gives the window's frame the theme that the person chose; the page follows it.
pub(crate) fn set_theme(app: &AppHandle, theme: ChosenTheme) {
    app.set_theme(match theme {
        ChosenTheme::System => None,
        ChosenTheme::Light => Some(Theme::Light),
        ChosenTheme::Dark => Some(Theme::Dark),
    });
}

fn show_when_coming(window: &WebviewWindow, page: &PageLoadPayload<'_>) {
    if page.event() == PageLoadEvent::Started
        && let Err(error) = window.show()
    {
        tracing::error!(%error, "the window could not be shown");
    }
}

fn paint(window: &WebviewWindow, theme: Theme) {
    let colour = if theme == Theme::Dark { DARK } else { LIGHT };
    if let Err(error) = window.set_background_color(Some(colour)) {
        tracing::warn!(%error, "the window's background could not be set");
    }
}

/// Whether `url` is the application itself: `tauri://localhost`, on Windows
/// `http://tauri.localhost`, while developing also Vite's server.
fn is_own_page(url: &Url) -> bool {
    let own = matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    );
    own || (tauri::is_dev() && url.host_str() == Some("localhost"))
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    fn allowed(url: &str) -> bool {
        is_own_page(&url.parse().expect("a URL"))
    }

    #[test]
    fn the_window_stays_on_its_own_pages() {
        assert!(allowed("tauri://localhost/index.html"));
        assert!(allowed("http://tauri.localhost/"));
        for elsewhere in [
            "https://registry.devfile.io/",
            "file:///etc/passwd",
            "tauri://example.org/",
            "http://tauri.localhost.example.org/",
            "data:text/html,x",
        ] {
            assert!(!allowed(elsewhere), "{elsewhere} must be refused");
        }
    }
}
