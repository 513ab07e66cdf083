//! The parser of the URL standard, which is the crate `url`'s: the interface `url`.

use url::{Url, quirks};

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::url::{Guest, Parts};

impl Guest for Adapter {
    fn parse(input: String, base: Option<String>) -> Option<Parts> {
        let url = match base {
            Some(base) => Url::parse(&base).ok()?.join(&input).ok()?,
            None => Url::parse(&input).ok()?,
        };
        Some(Parts {
            href: quirks::href(&url).to_owned(),
            origin: quirks::origin(&url),
            protocol: quirks::protocol(&url).to_owned(),
            username: quirks::username(&url).to_owned(),
            password: quirks::password(&url).to_owned(),
            host: quirks::host(&url).to_owned(),
            hostname: quirks::hostname(&url).to_owned(),
            port: quirks::port(&url).to_owned(),
            pathname: quirks::pathname(&url).to_owned(),
            search: quirks::search(&url).to_owned(),
            hash: quirks::hash(&url).to_owned(),
        })
    }
}
