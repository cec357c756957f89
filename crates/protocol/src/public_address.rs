//! Addresses of the internet, and those of this machine and of networks of one's own.

use std::net::{IpAddr, Ipv4Addr};

/// Whether an address can be a host of the internet: not of this machine, nor of a network of its own (RFC 6890).
pub fn is_public_address(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || first == 0
                || first >= 240
                || is_shared)
        }
        IpAddr::V6(address) => {
            let inside = match address.segments() {
                // What is translated to IPv4 is there (RFC 6052).
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                    Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
                }
                _ => None,
            };
            let is_own = address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast();
            !is_own && inside.is_none_or(|inside| is_public_address(inside.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_public_address;

    #[test]
    fn an_address_of_this_machine_or_its_network_is_not_public() {
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public_address(own.parse().unwrap()), "{own}");
        }
        for public in [
            "212.25.248.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1",
            "64:ff9b::d419:f801",
        ] {
            assert!(is_public_address(public.parse().unwrap()), "{public}");
        }
    }
}
