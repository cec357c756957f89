//! Addresses that are one caller's.

use std::net::{IpAddr, Ipv6Addr};

/// Where a caller can send from at will: one IPv4 address, or the /64 that a provider gives out.
pub(crate) type Network = IpAddr;

pub(crate) fn network(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}
