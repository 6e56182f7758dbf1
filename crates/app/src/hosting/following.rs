//! One asks, another follows: what the follower does now, and whether that answers what was asked
//! last.
//!
//! An answer to an older question would pass for one to the newer: whoever asked would be told that
//! all is done while the follower has yet to begin. So each answer names its question.

use std::future::pending;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A question: the first is there from the start.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Question(u64);

/// What a follower does, for whoever asks and whoever looks on.
pub(super) struct Following<S>(watch::Sender<Now<S>>);

struct Now<S> {
    asked: Question,
    state: S,
}

impl<S: Clone + PartialEq> Following<S> {
    pub(super) fn new(state: S) -> Self {
        let asked = Question(0);
        Self(watch::Sender::new(Now { asked, state }))
    }

    pub(super) fn state(&self) -> S {
        self.0.borrow().state.clone()
    }

    /// What has been asked last. The follower takes it before it reads the settings: what they say
    /// then is no older.
    pub(super) fn question(&self) -> Question {
        self.0.borrow().asked
    }

    /// Asks for the settings, which have been written by now, to be followed. Without an answer the
    /// follower does `meanwhile`, or what it did. Whether that is another state.
    pub(super) fn ask(&self, meanwhile: Option<S>) -> bool {
        let mut changed = false;
        self.0.send_modify(|now| {
            now.asked.0 += 1;
            changed = meanwhile.is_some_and(|state| now.becomes(state));
        });
        changed
    }

    /// What has come of a question, unless another one has been asked since. Whether it is news.
    pub(super) fn answer(&self, question: Question, state: S) -> bool {
        self.0
            .send_if_modified(|now| now.asked == question && now.becomes(state))
    }

    /// What the follower does, whatever has been asked. Whether it is news.
    pub(super) fn say(&self, state: S) -> bool {
        self.0.send_if_modified(|now| now.becomes(state))
    }

    /// Waits until something else has been asked, or the follower is to end.
    pub(super) async fn asked_since(&self, question: Question, ending: &CancellationToken) {
        let mut now = self.0.subscribe();
        let asked = now.wait_for(|now| now.asked != question);
        let _ = ending.run_until_cancelled(asked).await;
    }

    /// Waits until the state is one that `wanted` accepts.
    pub(super) async fn until(&self, wanted: impl Fn(&S) -> bool) -> S {
        let mut now = self.0.subscribe();
        let found = now.wait_for(|now| wanted(&now.state)).await;
        match found.map(|now| now.state.clone()) {
            Ok(state) => state,
            // Nobody is left who could say another.
            Err(_) => pending().await,
        }
    }
}

impl<S: PartialEq> Now<S> {
    fn becomes(&mut self, state: S) -> bool {
        let changed = self.state != state;
        self.state = state;
        changed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[test]
    fn an_answer_to_an_older_question_is_none() {
        let following = Following::new("off");
        let older = following.question();
        assert!(following.ask(Some("starting")));
        assert!(!following.answer(older, "on"));
        assert_eq!(following.state(), "starting");
        assert!(following.answer(following.question(), "on"));
        assert!(!following.answer(following.question(), "on"), "no news");
        assert!(!following.ask(None));
        assert_eq!(following.state(), "on");
    }

    #[tokio::test]
    async fn a_follower_hears_of_what_was_asked_before_it_listened_and_of_its_end() {
        let following = Following::new("off");
        let question = following.question();
        let ending = CancellationToken::new();
        let waiting = following.asked_since(question, &ending);
        let waited = timeout(Duration::from_millis(20), waiting).await;
        assert!(waited.is_err(), "nothing was asked");
        following.ask(None);
        following.asked_since(question, &ending).await;
        ending.cancel();
        let newest = following.question();
        following.asked_since(newest, &ending).await;
        following.say("on");
        assert_eq!(following.until(|state| *state == "on").await, "on");
    }
}
