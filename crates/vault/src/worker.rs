//! One thread for blocking calls, replaced when a call hangs.
//!
//! Calls run one after the other: a keychain must not show several questions at once, and the
//! Windows store must be used from one thread. A call that runs longer than its limit is given up:
//! its caller gets [`VaultError::TimedOut`], a fresh thread takes over the queue, and the hung
//! thread ends when its call returns. At most [`MAX_HUNG`] threads may hang at a time; with that
//! many the queue is refused until one of them returns and takes over.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::VaultError;

/// How many calls may hang before further ones are refused.
const MAX_HUNG: usize = 4;

/// A call that waits: `run` makes it, `give_up` tells its caller that it timed out.
struct Job {
    run: Box<dyn FnOnce() + Send>,
    give_up: Box<dyn FnOnce() + Send>,
}

/// The call that a thread is making.
struct Running {
    since: Instant,
    give_up: Box<dyn FnOnce() + Send>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    running: Option<Running>,
    /// Number of the thread that serves the queue; `None` if none does.
    serving: Option<u64>,
    /// Numbers given to threads so far.
    threads: u64,
    /// Threads that were given up and have not returned.
    hung: usize,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

/// Runs blocking calls one at a time; dropping it ends its thread after the call at hand.
#[derive(Default)]
pub(crate) struct Worker {
    shared: Arc<Shared>,
}

impl Worker {
    /// Makes `call` on the worker's thread and waits for it.
    ///
    /// `limit` counts from the moment the call starts; calls ahead of it in the queue have the
    /// same limit. Dropping the future takes the call out of the queue; one that has started
    /// runs to its end, and its result is discarded.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (job, mut answer) = job(limit, call);
        self.shared.push(job, limit)?;
        loop {
            let due = self.shared.due(limit);
            match tokio::time::timeout_at(due.into(), &mut answer).await {
                Ok(Ok(result)) => return result,
                Ok(Err(_)) => return Err(VaultError::TimedOut { after: limit }),
                Err(_) => self.shared.give_up_overdue(limit),
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
    }
}

/// Wraps `call` so that whoever is first, its end or its timeout, gives the answer.
fn job<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> (Job, oneshot::Receiver<Result<T, VaultError>>) {
    let (sender, answer) = oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let late = Arc::clone(&sender);
    let run = move || {
        let wanted =
            |slot: &Option<oneshot::Sender<_>>| slot.as_ref().is_some_and(|s| !s.is_closed());
        if wanted(&lock(&sender)) {
            let result = call();
            answer_with(&sender, result);
        }
    };
    let give_up = move || answer_with(&late, Err(VaultError::TimedOut { after: limit }));
    let job = Job {
        run: Box::new(run),
        give_up: Box::new(give_up),
    };
    (job, answer)
}

type Slot<T> = Mutex<Option<oneshot::Sender<Result<T, VaultError>>>>;

fn answer_with<T>(slot: &Slot<T>, result: Result<T, VaultError>) {
    if let Some(sender) = lock(slot).take() {
        // A caller that is gone wants no answer.
        let _ = sender.send(result);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    fn push(self: &Arc<Self>, job: Job, limit: Duration) -> Result<(), VaultError> {
        let mut queue = self.lock();
        if queue.serving.is_none() {
            self.serve(&mut queue, limit)?;
        }
        queue.waiting.push_back(job);
        self.wake.notify_one();
        Ok(())
    }

    /// When the call that runs now is overdue; a full limit from now if none does.
    fn due(&self, limit: Duration) -> Instant {
        let queue = self.lock();
        queue
            .running
            .as_ref()
            .map_or_else(Instant::now, |running| running.since)
            + limit
    }

    /// Gives up the call that runs, if it is overdue, and lets a fresh thread go on.
    fn give_up_overdue(self: &Arc<Self>, limit: Duration) {
        let mut queue = self.lock();
        let Some(running) = queue
            .running
            .take_if(|running| running.since.elapsed() >= limit)
        else {
            return;
        };
        (running.give_up)();
        queue.hung += 1;
        queue.serving = None;
        let served = self.serve(&mut queue, limit);
        if served.is_err() {
            queue.waiting.drain(..).for_each(|job| (job.give_up)());
        }
    }

    /// Starts a thread for the queue, unless too many hang already.
    fn serve(self: &Arc<Self>, queue: &mut Queue, limit: Duration) -> Result<(), VaultError> {
        if queue.hung >= MAX_HUNG {
            return Err(VaultError::TimedOut { after: limit });
        }
        queue.threads += 1;
        let number = queue.threads;
        let shared = Arc::clone(self);
        thread::Builder::new()
            .name("vault".to_owned())
            .spawn(move || shared.run(number))
            .map_err(|error| VaultError::Unexpected {
                store: "The vault's thread".to_owned(),
                raw: error.to_string(),
            })?;
        queue.serving = Some(number);
        Ok(())
    }

    /// The life of thread `number`.
    fn run(&self, number: u64) {
        while let Some(job) = self.next_job() {
            (job)();
            if !self.finished(number) {
                return;
            }
        }
    }

    /// Waits for the next call; `None` when the worker was dropped.
    fn next_job(&self) -> Option<Box<dyn FnOnce() + Send>> {
        let mut queue = self.lock();
        loop {
            if let Some(Job { run, give_up }) = queue.waiting.pop_front() {
                let since = Instant::now();
                queue.running = Some(Running { since, give_up });
                return Some(run);
            }
            if queue.closed {
                return None;
            }
            queue = self
                .wake
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes that thread `number` is done with a call; whether it is to go on with the next.
    fn finished(&self, number: u64) -> bool {
        let mut queue = self.lock();
        if queue.serving == Some(number) {
            queue.running = None;
            return true;
        }
        queue.hung -= 1;
        let take_over = queue.serving.is_none();
        if take_over {
            queue.serving = Some(number);
        }
        take_over
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::{MAX_HUNG, Worker};
    use crate::VaultError;

    const SHORT: Duration = Duration::from_millis(60);

    /// Makes a call that hangs until the sender is dropped.
    async fn hang(worker: &Worker) -> (mpsc::Sender<()>, Result<(), VaultError>) {
        let (release, held) = mpsc::channel::<()>();
        let call = move || {
            let _ = held.recv();
            Ok(())
        };
        let result = worker.call(SHORT, call).await;
        (release, result)
    }

    #[tokio::test]
    async fn a_hung_call_times_out_and_the_next_one_is_answered() {
        let worker = Worker::default();
        let (_release, hung) = hang(&worker).await;
        assert!(matches!(hung, Err(VaultError::TimedOut { .. })));
        let next = worker.call(SHORT, || Ok(7)).await;
        assert_eq!(next.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_call_behind_a_hung_one_whose_caller_left_is_answered() {
        let worker = Worker::default();
        let (release, held) = mpsc::channel::<()>();
        let call = move || {
            let _ = held.recv();
            Ok(())
        };
        let left = tokio::time::timeout(Duration::from_millis(10), worker.call(SHORT, call));
        assert!(left.await.is_err());
        assert_eq!(worker.call(SHORT, || Ok(1)).await.unwrap(), 1);
        drop(release);
    }

    #[tokio::test]
    async fn with_too_many_hung_calls_the_next_is_refused_at_once_until_one_returns() {
        let worker = Worker::default();
        let mut releases = Vec::new();
        for _ in 0..MAX_HUNG {
            releases.push(hang(&worker).await.0);
        }
        let start = Instant::now();
        let refused = worker.call(Duration::from_secs(30), || Ok(())).await;
        assert!(matches!(refused, Err(VaultError::TimedOut { .. })));
        assert!(start.elapsed() < Duration::from_secs(5));
        drop(releases);
        let mut answered = false;
        for _ in 0..200 {
            answered = worker.call(SHORT, || Ok(())).await.is_ok();
            if answered {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(
            answered,
            "no thread took over after the hung calls returned"
        );
    }

    #[tokio::test]
    async fn a_cancelled_call_that_waits_never_runs() {
        let worker = Worker::default();
        let (release, held) = mpsc::channel::<()>();
        let (ran, runs) = mpsc::channel();
        let first = worker.call(Duration::from_secs(30), move || {
            let _ = held.recv();
            Ok(())
        });
        let second = worker.call(Duration::from_secs(30), move || {
            let _ = ran.send(());
            Ok(())
        });
        let mut first = std::pin::pin!(first);
        assert!(tokio::time::timeout(SHORT, &mut first).await.is_err());
        assert!(tokio::time::timeout(SHORT, second).await.is_err());
        drop(release);
        first.await.unwrap();
        worker.call(SHORT, || Ok(())).await.unwrap();
        assert!(runs.try_recv().is_err());
    }
}
