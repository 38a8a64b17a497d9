//! From where a request comes: the peer of the line, or what a trusted proxy says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that asks. Each proxy in `trusted` adds whom it heard to the end of `X-Forwarded-For`; the last one that is no trusted proxy
/// is the client. What stands before it was written by the client itself and counts nothing.
pub(crate) fn address(parts: &Parts, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer(parts);
    let said: Vec<&str> = parts
        .headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in said.into_iter().rev() {
        if !trusted.iter().any(|network| network.contains(&client)) {
            break;
        }
        let Some(hop) = read(hop) else { break };
        client = hop;
    }
    client
}

/// The other end of the line; the unspecified address where there is none, as in a test without a line.
pub(crate) fn peer(parts: &Parts) -> IpAddr {
    let line = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    line.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(address)| address.ip().to_canonical())
}

/// Whether somebody in between says for whom it asks.
pub(crate) fn is_forwarded(parts: &Parts) -> bool {
    parts.headers.contains_key(FORWARDED_FOR) || parts.headers.contains_key("forwarded")
}

fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address =
        hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

/// Whom an address stands for: with IPv6 a household or an office has a whole network of 64 bits.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & !(u128::from(u64::MAX))).into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut request = Request::builder();
        for value in forwarded {
            request = request.header(FORWARDED_FOR, *value);
        }
        let mut request = request.body(()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        address(&request.into_parts().0, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9:1", &["198.51.100.7"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9:1", &["198.51.100.7"], &["127.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1:1", &["198.51.100.7"], &["127.0.0.0/8"]), "198.51.100.7");
        assert_eq!(seen("127.0.0.1:1", &[], &["127.0.0.0/8"]), "127.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_counts_nothing() {
        let trusted = ["127.0.0.0/8", "10.0.0.0/8"];
        assert_eq!(seen("127.0.0.1:1", &["1.1.1.1, 198.51.100.7, 10.0.0.3"], &trusted), "198.51.100.7");
        assert_eq!(seen("127.0.0.1:1", &["1.1.1.1", "198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(seen("127.0.0.1:1", &["198.51.100.7, nonsense"], &trusted), "127.0.0.1");
        assert_eq!(seen("[::ffff:127.0.0.1]:1", &["[2001:db8::7]:443"], &trusted), "2001:db8::7");
    }

    #[test]
    fn a_network_of_64_bits_is_one_household() {
        assert_eq!(household("2001:db8:1:2:3::4".parse().unwrap()).to_string(), "2001:db8:1:2::");
        assert_eq!(household("203.0.113.9".parse().unwrap()).to_string(), "203.0.113.9");
    }
}
