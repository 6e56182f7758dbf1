//! Credentials that no longer work or come to their end, and telling the person.

use jiff::Timestamp;
use registrar_activity::Entry;

use crate::app::App;
use crate::wire::{AppEvent, CredentialTrouble, TroubleKind};

impl App {
    /// Tells the window, the record of activity and, where the window is not in front, the system:
    /// once for all of them.
    pub(crate) async fn tell_troubles(&self, troubles: Vec<CredentialTrouble>) {
        if troubles.is_empty() {
            return;
        }
        for trouble in &troubles {
            self.note(line(trouble)).await;
        }
        let (title, body) = words(&troubles);
        let app = self.clone();
        let notify = move || {
            app.0.ports.notifier.notify(&title, &body);
            Ok(())
        };
        // Whether the system shows it is not known anyway.
        let _ = self.blocking(notify).await;
        self.send(AppEvent::CredentialTrouble { troubles });
    }
}

/// The line of activity on one of them.
fn line(trouble: &CredentialTrouble) -> Entry {
    let action = match trouble.kind {
        TroubleKind::Refused => "credential.refused",
        TroubleKind::Expiring { .. } => "credential.expiring",
        TroubleKind::Expired { .. } => "credential.expired",
    };
    Entry {
        at: Timestamp::now(),
        action: action.to_owned(),
        registry: Some(trouble.name.clone()),
        registry_id: trouble.id.parse().ok(),
        ok: matches!(trouble.kind, TroubleKind::Expiring { .. }),
        detail: Some(what(&trouble.kind)),
    }
}

/// Title and text of the notification: what it is of one, how many of more.
fn words(troubles: &[CredentialTrouble]) -> (String, String) {
    if let [trouble] = troubles {
        let title = match trouble.kind {
            TroubleKind::Refused => "A credential no longer works",
            TroubleKind::Expiring { .. } => "A token comes to its end",
            TroubleKind::Expired { .. } => "A token has come to its end",
        };
        let body = format!("{}: {}", trouble.name, what(&trouble.kind));
        return (title.to_owned(), body);
    }
    let is_refused = |trouble: &&CredentialTrouble| trouble.kind == TroubleKind::Refused;
    let refused = troubles.iter().filter(is_refused).count();
    let ending = troubles.len() - refused;
    let body = match (refused, ending) {
        (refused, 0) => format!("{refused} worked before and are refused now."),
        (0, ending) => format!("{ending} have come to their end or soon will."),
        (refused, ending) => {
            format!("Refused now: {refused}. At their end, or soon: {ending}.")
        }
    };
    let title = format!("{} credentials need attention", troubles.len());
    (title, body)
}

fn what(kind: &TroubleKind) -> String {
    match kind {
        TroubleKind::Refused => {
            "The user and password or token worked before and are refused now.".to_owned()
        }
        TroubleKind::Expiring { last_day, days: 0 } => {
            format!("Today, {last_day}, is the last day of its token.")
        }
        TroubleKind::Expiring { last_day, days: 1 } => {
            format!("Tomorrow, {last_day}, is the last day of its token.")
        }
        TroubleKind::Expiring { last_day, days } => {
            format!("The last day of its token is {last_day}, in {days} days.")
        }
        TroubleKind::Expired { last_day } => format!("The last day of its token was {last_day}."),
    }
}
