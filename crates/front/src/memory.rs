//! Room in memory for the bodies of requests, shared by whoever sends them.
//!
//! Attack: one caller sends large bodies and lets them stand, and nobody else's is read any more. So nobody holds more than
//! is still free (Choudhury and Hahne, "Dynamic queue length thresholds", 1998): alone that is half of the room, and of
//! five who want all they can get each has a sixth. A part is for small bodies, under the same rule.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest body that is called small, in bytes: most calls of a service are.
const SMALL: usize = 64 * 1024;
/// The part of the room that is for small bodies.
const RESERVE: usize = 8;

/// Whose bodies are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// Whoever uses this machine's socket.
    Local,
    /// An address; of IPv6 the network of 64 bits that one subscriber has.
    Network(IpAddr),
    /// Somebody who is known by name.
    Caller(Arc<str>),
}

impl Holder {
    pub(crate) fn at(ip: Option<IpAddr>) -> Self {
        match ip {
            None => Self::Local,
            Some(IpAddr::V6(ip)) => {
                let network = ip.to_bits() & !u128::from(u64::MAX);
                Self::Network(Ipv6Addr::from_bits(network).into())
            }
            Some(ip) => Self::Network(ip),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Memory {
    large: Mutex<Room>,
    small: Mutex<Room>,
}

/// In bytes.
#[derive(Debug)]
struct Room {
    free: usize,
    held: HashMap<Holder, usize>,
}

/// The places of one body. They are given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Places {
    memory: Arc<Memory>,
    holder: Holder,
    /// Of the room for small bodies.
    small: usize,
    large: usize,
}

impl Memory {
    pub(crate) fn of(bytes: usize) -> Arc<Self> {
        let reserve = bytes / RESERVE;
        Arc::new(Self {
            large: Mutex::new(Room::of(bytes - reserve)),
            small: Mutex::new(Room::of(reserve)),
        })
    }

    pub(crate) fn places(self: &Arc<Self>, holder: Holder) -> Places {
        Places {
            memory: Arc::clone(self),
            holder,
            small: 0,
            large: 0,
        }
    }
}

impl Room {
    fn of(free: usize) -> Self {
        Self {
            free,
            held: HashMap::new(),
        }
    }

    fn take(&mut self, holder: &Holder, bytes: usize) -> bool {
        let held = self.held.get(holder).copied().unwrap_or_default();
        let (Some(left), Some(held)) = (self.free.checked_sub(bytes), held.checked_add(bytes)) else {
            return false;
        };
        let is_fair = held <= left;
        if is_fair {
            self.free = left;
            self.held.insert(holder.clone(), held);
        }
        is_fair
    }

    fn give(&mut self, holder: &Holder, bytes: usize) {
        self.free = self.free.saturating_add(bytes);
        if let Some(held) = self.held.get_mut(holder) {
            *held = held.saturating_sub(bytes);
            if *held == 0 {
                self.held.remove(holder);
            }
        }
    }
}

impl Places {
    /// Places for so many bytes more. Whether there were any.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        if self.large == 0 {
            let small = self.small.saturating_add(bytes);
            if small <= SMALL && taken(&self.memory.small, &self.holder, bytes) {
                self.small = small;
                return true;
            }
            // It is a large one from here on, with what came of it before.
            if !taken(&self.memory.large, &self.holder, small) {
                return false;
            }
            given(&self.memory.small, &self.holder, self.small);
            (self.small, self.large) = (0, small);
            return true;
        }
        let is_taken = taken(&self.memory.large, &self.holder, bytes);
        self.large += if is_taken { bytes } else { 0 };
        is_taken
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        given(&self.memory.small, &self.holder, self.small);
        given(&self.memory.large, &self.holder, self.large);
    }
}

fn taken(room: &Mutex<Room>, holder: &Holder, bytes: usize) -> bool {
    let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
    room.take(holder, bytes)
}

fn given(room: &Mutex<Room>, holder: &Holder, bytes: usize) {
    if bytes > 0 {
        let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
        room.give(holder, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn caller(name: &str) -> Holder {
        Holder::Caller(name.into())
    }

    /// Bodies of a mebibyte, until there is no room for one more.
    fn greedy(memory: &Arc<Memory>, name: &str) -> Vec<Places> {
        let one = || {
            let mut places = memory.places(caller(name));
            places.grow(MIB).then_some(places)
        };
        std::iter::from_fn(one).collect()
    }

    #[test]
    fn whoever_takes_all_they_can_leaves_as_much_to_the_next() {
        let memory = Memory::of(64 * MIB);
        let first = greedy(&memory, "first");
        assert_eq!(first.len(), 28);
        let second = greedy(&memory, "second");
        assert_eq!(second.len(), 14);
        let third = greedy(&memory, "third");
        assert_eq!(third.len(), 7);
        drop(first);
        assert_eq!(greedy(&memory, "second").len(), 10);
    }

    #[test]
    fn a_small_body_has_its_place_when_large_ones_have_taken_all() {
        let memory = Memory::of(64 * MIB);
        let holders: Vec<_> = (0..40)
            .map(|number| greedy(&memory, &number.to_string()))
            .collect();
        let mut large = memory.places(caller("late"));
        assert!(!large.grow(MIB), "{holders:?}");
        let mut small = memory.places(caller("late"));
        assert!(small.grow(1000) && small.grow(SMALL - 1000));
        assert!(!small.grow(MIB));
    }

    #[test]
    fn a_body_that_grows_large_leaves_the_room_of_the_small_ones() {
        let memory = Memory::of(64 * MIB);
        let mut body = memory.places(caller("one"));
        assert!(body.grow(SMALL) && body.grow(1) && body.grow(MIB));
        let free = |room: &Mutex<Room>| room.lock().unwrap().free;
        assert_eq!(free(&memory.small), 8 * MIB);
        assert_eq!(free(&memory.large), 56 * MIB - SMALL - 1 - MIB);
        drop(body);
        assert_eq!((free(&memory.small), free(&memory.large)), (8 * MIB, 56 * MIB));
        assert!(memory.large.lock().unwrap().held.is_empty());
    }

    #[test]
    fn addresses_of_one_network_are_one_holder() {
        let at = |ip: &str| Holder::at(Some(ip.parse().unwrap()));
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}
