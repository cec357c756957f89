//! What this process asks of the operating system before it does anything else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// File descriptors for the account's own files, beside those of its connections.
const OWN_DESCRIPTORS: u64 = 128;

/// A core would hold every open secret, and so would the memory that another program of this user may read. Where it
/// cannot be forbidden there is nothing to forbid.
pub(crate) fn keep_memory_private() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    // A limit of zero does not stop a core that is piped into a program (core(5)).
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Raises the limit of open files as far as it goes, and gives how many connections that leaves room for, of those
/// wanted.
pub(crate) fn connections(wanted: usize) -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
    // None is no limit.
    let Some(files) = getrlimit(Resource::Nofile).current else {
        return wanted;
    };
    let room = files.saturating_sub(OWN_DESCRIPTORS).max(1);
    usize::try_from(room).map_or(wanted, |room| room.min(wanted))
}

/// Does something with the limit of open files that programs are started with; what was raised here is raised again.
pub(crate) fn with_usual_files<T>(usual: Rlimit, work: impl FnOnce() -> T) -> T {
    let raised = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, usual);
    let done = work();
    let _ = setrlimit(Resource::Nofile, raised);
    done
}

/// The limit of open files as this process was started with it, before anything raises it.
pub(crate) fn usual_files() -> Rlimit {
    getrlimit(Resource::Nofile)
}
