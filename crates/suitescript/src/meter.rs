//! What an execution has left of its time and of its usage units.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use countersign_world::Clock;

use crate::call::Limits;
use crate::priority::{ThreadId, run_when_idle};
use crate::turn::Place;

/// A limit that ends an execution. NetSuite lets no script catch it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Time,
    Units,
    Memory,
}

impl Limit {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Time => "SSS_TIME_LIMIT_EXCEEDED",
            Self::Units => "SSS_USAGE_LIMIT_EXCEEDED",
            Self::Memory => "SSS_MEMORY_USAGE_EXCEEDED",
        }
    }

    pub(crate) fn message(self, limits: &Limits) -> String {
        match self {
            Self::Time => format!(
                "Script Execution Time Exceeded. It ran for longer than {} seconds; whoever starts the account gives more with \
                 --script-time-limit.",
                limits.time.as_secs_f64()
            ),
            Self::Units => "Script Execution Usage Limit Exceeded".to_owned(),
            Self::Memory => "Script Execution Memory Usage Exceeded".to_owned(),
        }
    }
}

/// A script that takes longer takes turns with others that do, until it waits for the account.
const SHORT: Duration = Duration::from_millis(1);

/// A script that takes longer gives way to whatever else the machine does. Most take less than a millisecond.
pub(crate) const LONG: Duration = Duration::from_millis(5);

/// Of one execution, and so of one thread.
pub(crate) struct Meter {
    clock: Arc<dyn Clock>,
    start: Duration,
    time: Duration,
    units: u32,
    used: Cell<u32>,
    over: Cell<Option<Limit>>,
    /// Whether the thread is to give way when the script turns out to be long.
    gives_way: Cell<bool>,
    /// Whether it is to do so altogether when the script is one of many that are long.
    rests: Cell<bool>,
    /// Among the long scripts of the process.
    place: Option<Arc<Place>>,
}

impl Meter {
    pub(crate) fn new(clock: Arc<dyn Clock>, limits: &Limits) -> Self {
        Self {
            start: clock.elapsed(),
            clock,
            time: limits.time,
            units: limits.units,
            used: Cell::new(0),
            over: Cell::new(None),
            gives_way: Cell::new(false),
            rests: Cell::new(false),
            place: None,
        }
    }

    /// For a thread that is there for this script alone, or is not used after a long one ([`LONG`]): nobody can raise a priority
    /// again.
    pub(crate) fn that_gives_way(self) -> Self {
        self.gives_way.set(true);
        self.rests.set(true);
        self
    }

    /// For a script that takes turns with others when it is long.
    pub(crate) fn with_place(self, place: &Arc<Place>) -> Self {
        Self {
            place: Some(Arc::clone(place)),
            ..self
        }
    }

    /// Before the script waits for something that is not the processor.
    pub(crate) fn step_aside(&self) {
        if let Some(place) = &self.place {
            place.give_back();
        }
    }

    pub(crate) fn took(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.start)
    }

    pub(crate) fn used(&self) -> u32 {
        self.used.get()
    }

    pub(crate) fn remaining(&self) -> u32 {
        self.units.saturating_sub(self.used.get())
    }

    /// Counts units that a call is about to use, or says that they are not there.
    pub(crate) fn spend(&self, units: u32) -> Result<(), Limit> {
        if units > self.remaining() {
            self.over.set(Some(Limit::Units));
            return Err(Limit::Units);
        }
        self.used.set(self.used.get() + units);
        Ok(())
    }

    /// Asked every few thousand steps of the engine: a script that is long waits here for its turn.
    pub(crate) fn over(&self) -> Option<Limit> {
        let took = self.took();
        if took > LONG && self.gives_way.replace(false) {
            ThreadId::current().give_way();
        }
        let over = self.exceeded();
        if let (None, Some(place)) = (over, &self.place)
            && took > SHORT
        {
            place.take_turn(|| self.took());
            if self.rests.get() && self.took() > LONG && place.is_in_crowd() {
                self.rests.set(false);
                run_when_idle();
            }
        }
        over
    }

    /// The limit that is exceeded by now.
    pub(crate) fn exceeded(&self) -> Option<Limit> {
        if self.over.get().is_none() && self.took() > self.time {
            self.over.set(Some(Limit::Time));
        }
        self.over.get()
    }

    /// What has ended the execution already: time that runs out afterwards changes nothing.
    pub(crate) fn ended(&self) -> Option<Limit> {
        self.over.get()
    }
}
