//! Where a request comes from.
//!
//! Behind a proxy, the connection's address is the proxy's. What the proxy says of its own caller counts where the configuration
//! trusts it, and nowhere else: anybody can send the header.

use std::net::IpAddr;

use http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of a connection, beside each of its requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The address that a request comes from: the last one that no trusted proxy has.
pub(crate) fn caller(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let Peer(mut address) = *extensions.get::<Peer>()?;
    // Each proxy adds its caller at the end.
    // What the client invented before it may be no text.
    let lines: Vec<_> =
        headers.get_all(FORWARDED_FOR).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(address, trusted) {
        let Some(hop) = hops.next().and_then(|hop| parse(hop.trim())) else { break };
        address = hop;
    }
    Some(address.to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.contains(&address))
}

/// An address, with or without a port and brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        caller(&extensions, &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn a_header_counts_from_trusted_proxies_alone() {
        assert_eq!(seen("203.0.113.9", &["192.0.2.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["192.0.2.1"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["192.0.2.1"], &["10.0.0.0/8"]), "192.0.2.1");
        // The client's own invention stands before what the proxy adds.
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 192.0.2.1"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "192.0.2.1, 10.0.0.2"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["ÿ, 192.0.2.1"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &["nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("::1", &["[2001:db8::1]:4711"], &["::1/128"]), "2001:db8::1");
        assert_eq!(seen("::ffff:10.0.0.1", &["192.0.2.1:80"], &["10.0.0.0/8"]), "192.0.2.1");
    }
}
