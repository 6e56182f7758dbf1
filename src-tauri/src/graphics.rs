//! How WebKit paints on Linux.

use std::path::Path;

use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Where the system shows its graphics processors.
const RENDER_NODES: &str = "/dev/dri";

/// Paints plainly where there is no graphics processor. WebKit would emulate one, which costs
/// sixty megabytes and makes nothing faster.
pub(crate) fn suit(window: &WebviewWindow) -> tauri::Result<()> {
    if Path::new(RENDER_NODES).exists() {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}
