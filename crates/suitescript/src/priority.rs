//! Threads that step back, so that whatever else the machine does goes first. Nobody can raise a priority again.

#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};

/// A thread as the system names it. Where priorities are those of processes, it is none, and nothing steps back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadId {
    #[cfg(target_os = "linux")]
    id: rustix::process::Pid,
}

#[cfg(target_os = "linux")]
impl ThreadId {
    pub(crate) fn current() -> Self {
        Self {
            id: rustix::thread::gettid(),
        }
    }

    /// Below everything else in the process.
    pub(crate) fn give_way(self) {
        self.lower(10);
    }

    /// Below everything on the machine.
    pub(crate) fn rest(self) {
        self.lower(19);
    }

    fn lower(self, nice: i32) {
        // Where it cannot be lower, it is as it is.
        let _ = rustix::process::setpriority_process(Some(self.id), nice);
    }
}

#[cfg(not(target_os = "linux"))]
impl ThreadId {
    pub(crate) fn current() -> Self {
        Self {}
    }

    pub(crate) fn give_way(self) {}

    pub(crate) fn rest(self) {}
}

/// From now on the thread that calls this runs where nothing else does, and whoever wakes up goes first at once: a low priority alone
/// lets it have what is left of its tick.
#[cfg(target_os = "linux")]
pub(crate) fn run_when_idle() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    // Its priority, which counts no longer, may be out of reach; by then the policy is set.
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn run_when_idle() {}
