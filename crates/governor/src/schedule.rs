//! Decides who has a slot. A plain value: time is an argument, counted from any one moment, and nothing waits in here.
//!
//! Invariants: no slot is given while as many are out as the window has; none is kept back while somebody waits and the
//! window has room; every waiter ends with a verdict or by leaving.

use std::collections::{BTreeMap, VecDeque};
use std::num::{NonZeroU8, NonZeroU32};
use std::sync::Arc;
use std::time::Duration;

use crate::lately::Lately;
use crate::line::{Line, Used, Waiter};
use crate::window::{Epoch, Window};
use crate::{Ask, Busy, Gauge, Priority, Settings};

/// How long a request is thought to hold its slot before one has.
const FIRST_GUESS: Duration = Duration::from_secs(1);
const LONGEST_RETRY_AFTER: u64 = 120;

/// The right to one running request. It goes back by [`Schedule::release`] or [`Schedule::refused`], or is lost.
#[derive(Debug)]
#[must_use = "a slot that is not given back stays taken"]
pub struct Slot {
    caller: Arc<str>,
    share: NonZeroU8,
    priority: Priority,
    deadline: Duration,
    since: Duration,
    epoch: Epoch,
}

/// Names one waiter for as long as the schedule lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(u64);

/// A place in the queue. It ends with a verdict under its id, or by [`Schedule::leave`].
#[derive(Debug)]
pub struct Place {
    id: PlaceId,
    caller: Arc<str>,
    since: Duration,
    deadline: Duration,
}

impl Place {
    pub const fn id(&self) -> PlaceId {
        self.id
    }

    /// The moment from which [`Schedule::overdue`] ends it.
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }
}

/// What an asker gets.
#[derive(Debug)]
pub enum Answer {
    Granted(Slot),
    Waits(Place),
}

/// How a waiter ends that did not leave.
#[derive(Debug)]
pub enum Verdict {
    Granted(Slot),
    /// Its deadline has passed.
    Late(Busy),
}

/// How a request ended that held a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The account let it in, whatever it answered.
    Answered,
    /// Nothing is known: it was not sent, or nothing came back.
    Unknown,
}

/// What becomes of a request that the account refused for concurrency.
#[derive(Debug)]
pub enum Again {
    Granted(Slot),
    /// Before its caller's others.
    Waits(Place),
    /// It ran alone: it keeps the slot and is sent again after the pause. Nobody else would be let in meanwhile.
    Alone {
        slot: Slot,
        pause: Duration,
    },
    Late(Busy),
}

/// The slots of one account.
#[derive(Debug)]
pub struct Schedule {
    window: Window,
    queue: usize,
    queue_per_caller: usize,
    lines: BTreeMap<Arc<str>, Line>,
    running: u32,
    waiting: usize,
    /// The slot time of whoever was served last, which a line that comes in begins with.
    floor: Used,
    hold: Option<Duration>,
    next_id: u64,
    verdicts: VecDeque<(PlaceId, Verdict)>,
    counts: Counts,
    lately: Lately,
}

#[derive(Debug, Default)]
struct Counts {
    served: u64,
    refused: u64,
    late: u64,
    turned_away: u64,
}

impl Schedule {
    pub fn new(settings: &Settings) -> Self {
        Self {
            window: Window::new(settings),
            queue: settings.queue,
            queue_per_caller: settings.queue_per_caller,
            lines: BTreeMap::new(),
            running: 0,
            waiting: 0,
            floor: Used::default(),
            hold: None,
            next_id: 0,
            verdicts: VecDeque::new(),
            counts: Counts::default(),
            lately: Lately::default(),
        }
    }

    /// # Errors
    /// [`Busy::QueueFull`] and [`Busy::CallerQueueFull`], where it would have to wait and may not.
    pub fn ask(&mut self, ask: &Ask, now: Duration) -> Result<Answer, Busy> {
        let deadline = now.saturating_add(ask.patience);
        if self.waiting == 0 && self.running < self.window.size() {
            self.line(&ask.caller, ask.share, now);
            return Ok(Answer::Granted(self.grant(
                ask.caller.clone(),
                ask.priority,
                deadline,
                now,
            )));
        }
        let retry_after = self.retry_after();
        let own = self.lines.get(&ask.caller).map_or(0, Line::waiting);
        let refusal = if own >= self.queue_per_caller {
            Some(Busy::CallerQueueFull { retry_after })
        } else if self.waiting >= self.queue {
            Some(Busy::QueueFull { retry_after })
        } else {
            None
        };
        if let Some(busy) = refusal {
            self.counts.turned_away += 1;
            self.lately.note(now, |minute| minute.turned_away += 1);
            return Err(busy);
        }
        let place = self.place(ask.caller.clone(), deadline, now);
        let waiter = Waiter {
            id: place.id.0,
            since: now,
            deadline,
        };
        self.line(&ask.caller, ask.share, now).join(ask.priority, waiter);
        self.waiting += 1;
        Ok(Answer::Waits(place))
    }

    /// A request is over and its slot free.
    pub fn release(&mut self, slot: Slot, end: End, now: Duration) {
        if end == End::Answered {
            let held = now.saturating_sub(slot.since);
            self.hold = Some(self.hold.map_or(held, |usual| (usual * 7 + held) / 8));
            self.window.served(self.running >= self.window.size(), now);
            self.counts.served += 1;
            self.lately.note(now, |minute| minute.served += 1);
            if let Some(line) = self.lines.get_mut(&slot.caller) {
                line.lately.note(now, |minute| minute.served += 1);
            }
        }
        self.take_back(&slot, now);
        self.give(now);
    }

    /// The account refused the request for concurrency; it was not executed and is to be sent again.
    pub fn refused(&mut self, mut slot: Slot, now: Duration) -> Again {
        self.counts.refused += 1;
        self.lately.note(now, |minute| minute.refused += 1);
        self.window.refused(slot.epoch, self.running, now);
        if slot.deadline <= now {
            self.take_back(&slot, now);
            self.give(now);
            return Again::Late(self.late(now));
        }
        if self.running == 1 && self.window.size() == 1 {
            slot.epoch = self.window.epoch();
            let left = slot.deadline.saturating_sub(now);
            let pause = self.window.pause().min(left);
            slot.since = now.saturating_add(pause);
            return Again::Alone { slot, pause };
        }
        self.take_back(&slot, now);
        let place = self.place(slot.caller.clone(), slot.deadline, now);
        let waiter = Waiter {
            id: place.id.0,
            since: now,
            deadline: slot.deadline,
        };
        self.line(&slot.caller, slot.share, now)
            .join_first(slot.priority, waiter);
        self.waiting += 1;
        self.give(now);
        let own = self.verdicts.iter().position(|(id, _)| *id == place.id);
        match own.and_then(|at| self.verdicts.remove(at)) {
            Some((_, Verdict::Granted(slot))) => Again::Granted(slot),
            Some((_, Verdict::Late(busy))) => Again::Late(busy),
            None => Again::Waits(place),
        }
    }

    /// A waiter goes away, or had its verdict already; then a slot in it is for its caller to give back.
    pub fn leave(&mut self, place: &Place) {
        if let Some(line) = self.lines.get_mut(&place.caller)
            && line.leave(place.id.0)
        {
            self.waiting = self.waiting.saturating_sub(1);
        }
    }

    /// Ends a waiter whose deadline has passed. To be called then: a place behind others is not looked at before.
    pub fn overdue(&mut self, place: &Place, now: Duration) {
        let Some(line) = self.lines.get_mut(&place.caller) else {
            return;
        };
        if place.deadline <= now && line.leave(place.id.0) {
            self.waiting = self.waiting.saturating_sub(1);
            self.waited(place.since, now);
            let late = Verdict::Late(self.late(now));
            self.verdicts.push_back((place.id, late));
        }
    }

    /// The account's governance service told its limit.
    pub fn learn(&mut self, limit: NonZeroU32, now: Duration) {
        self.window.learn(limit);
        self.give(now);
    }

    /// A verdict that was come to by any call; to be asked until there is none.
    pub fn verdict(&mut self) -> Option<(PlaceId, Verdict)> {
        self.verdicts.pop_front()
    }

    pub fn gauge(&self, now: Duration) -> Gauge {
        let there = |line: &Line| !line.is_idle() || !line.lately.is_over(now);
        let callers = self.lines.iter().filter(|(_, line)| there(line));
        let longest_wait = self.lines.values().map(|line| line.longest_wait(now)).max();
        Gauge {
            limit: self.window.limit(),
            window: self.window.size(),
            ceiling: self.window.ceiling(),
            reserve: self.window.reserve(),
            running: self.running,
            waiting: self.waiting,
            longest_wait: longest_wait.unwrap_or_default(),
            usual_hold: self.hold.unwrap_or(FIRST_GUESS),
            rate: self.lately.rate(now),
            lately: self.lately.minute(now),
            served: self.counts.served,
            refused: self.counts.refused,
            late: self.counts.late,
            turned_away: self.counts.turned_away,
            callers: callers.map(|(caller, line)| line.gauge(caller, now)).collect(),
        }
    }

    /// Gives slots while there are some and somebody waits.
    fn give(&mut self, now: Duration) {
        while self.waiting > 0 && self.running < self.window.size() {
            let waiting = self.lines.iter_mut().filter(|(_, line)| line.waiting() > 0);
            let next = waiting.min_by_key(|(_, line)| line.used(now));
            let Some((caller, line)) = next else { return };
            let caller = caller.clone();
            let Some((priority, waiter)) = line.next() else {
                return;
            };
            self.waiting = self.waiting.saturating_sub(1);
            self.waited(waiter.since, now);
            let verdict = if waiter.deadline <= now {
                Verdict::Late(self.late(now))
            } else {
                Verdict::Granted(self.grant(caller, priority, waiter.deadline, now))
            };
            self.verdicts.push_back((PlaceId(waiter.id), verdict));
        }
    }

    fn grant(&mut self, caller: Arc<str>, priority: Priority, deadline: Duration, now: Duration) -> Slot {
        let mut share = NonZeroU8::MIN;
        if let Some(line) = self.lines.get_mut(&caller) {
            share = line.share();
            self.floor = self.floor.max(line.used(now));
            line.take_slot(now);
        }
        self.running = self.running.saturating_add(1);
        Slot {
            caller,
            share,
            priority,
            deadline,
            since: now,
            epoch: self.window.epoch(),
        }
    }

    fn waited(&mut self, since: Duration, now: Duration) {
        let wait = now.saturating_sub(since);
        self.lately
            .note(now, |minute| minute.longest_wait = minute.longest_wait.max(wait));
    }

    fn take_back(&mut self, slot: &Slot, now: Duration) {
        self.running = self.running.saturating_sub(1);
        if let Some(line) = self.lines.get_mut(&slot.caller) {
            line.give_slot_back(now);
        }
    }

    /// The caller's line, into which a request comes.
    fn line(&mut self, caller: &Arc<str>, share: NonZeroU8, now: Duration) -> &mut Line {
        let floor = self.floor;
        if !self.lines.contains_key(caller) {
            self.lines.retain(|_, line| !line.is_forgotten(floor, now));
        }
        let line = self.lines.entry(caller.clone());
        let line = line.or_insert_with(|| Line::new(share, floor, now));
        line.comes_in(share, floor, now);
        line
    }

    fn place(&mut self, caller: Arc<str>, deadline: Duration, now: Duration) -> Place {
        self.next_id += 1;
        Place {
            id: PlaceId(self.next_id),
            caller,
            since: now,
            deadline,
        }
    }

    fn late(&mut self, now: Duration) -> Busy {
        self.counts.late += 1;
        self.lately.note(now, |minute| minute.late += 1);
        let retry_after = self.retry_after();
        Busy::Late { retry_after }
    }

    /// How long one more request would wait if all goes on as of late, in whole seconds.
    fn retry_after(&self) -> Duration {
        let hold = self.hold.unwrap_or(FIRST_GUESS).as_millis();
        let before = u128::try_from(self.waiting)
            .unwrap_or(u128::MAX)
            .saturating_add(1);
        let millis = hold.saturating_mul(before) / u128::from(self.window.size());
        let seconds = u64::try_from(millis.div_ceil(1000)).unwrap_or(u64::MAX);
        Duration::from_secs(seconds.clamp(1, LONGEST_RETRY_AFTER))
    }
}
