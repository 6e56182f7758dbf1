//! The window's commands: one line each, generated from the one list of them.

use registrar_app::App;
use registrar_app::wire;
use tauri::ipc::Invoke;
use tauri::{State, Wry};

macro_rules! commands {
    ($($group:ident { $($name:ident($request:ident) -> $response:ident,)* })*) => {
        $($(
            #[tauri::command]
            async fn $name(app: State<'_, App>, request: wire::$request) -> Result<wire::$response, wire::CommandError> {
                app.$name(request).await
            }
        )*)*

        /// Hands every command to the application.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($($name,)*)*]
        }
    };
}

registrar_app::with_commands!(commands);
