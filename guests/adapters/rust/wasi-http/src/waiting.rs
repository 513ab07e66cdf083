//! Waiting for whatever comes first, and the interface `wait`. Contents on their way move on meanwhile.

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::wait::{Guest, Waitable};
use crate::bindings::wasi::clocks::monotonic_clock;
use crate::bindings::wasi::io::poll::{self, Pollable};
use crate::fetch::Pending;
use crate::pipe::BodyWriter;
use crate::source::Body;
use crate::transfer;

const NS_PER_MS: u64 = 1_000_000;

/// What `ready` gives, once it gives something; until then it adds what it waits for.
pub(crate) fn wait_until<T>(mut ready: impl FnMut(&mut Vec<Pollable>) -> Option<T>) -> T {
    loop {
        transfer::pump();
        let mut on = Vec::new();
        if let Some(found) = ready(&mut on) {
            return found;
        }
        transfer::subscribe(&mut on);
        assert!(!on.is_empty(), "The handler waits for what only itself could do");
        poll::poll(&on.iter().collect::<Vec<_>>());
    }
}

/// The instant that many milliseconds from now.
pub(crate) fn after(duration_ms: u32) -> u64 {
    monotonic_clock::now().saturating_add(u64::from(duration_ms) * NS_PER_MS)
}

/// Whether `instant` has come; where it has not, it is waited for as well.
pub(crate) fn has_come(instant: u64, on: &mut Vec<Pollable>) -> bool {
    if monotonic_clock::now() >= instant {
        return true;
    }
    on.push(monotonic_clock::subscribe_instant(instant));
    false
}

impl Guest for Adapter {
    fn any(among: Vec<Waitable<'_>>, timeout_ms: Option<u32>) -> Option<u32> {
        let end = timeout_ms.map(after);
        wait_until(|on| {
            if let Some(index) = among.iter().position(|each| is_ready(each, on)) {
                return Some(u32::try_from(index).ok());
            }
            end.is_some_and(|end| has_come(end, on)).then_some(None)
        })
    }

    fn sleep(duration_ms: u32) {
        let end = after(duration_ms);
        wait_until(|on| has_come(end, on).then_some(()));
    }
}

fn is_ready(waitable: &Waitable<'_>, on: &mut Vec<Pollable>) -> bool {
    match waitable {
        Waitable::Response(pending) => pending.get::<Pending>().is_ready(on),
        Waitable::Readable(body) => {
            let mut source = body.get::<Body>().0.borrow_mut();
            let ready = source.is_readable();
            if !ready {
                on.extend(source.subscribe());
            }
            ready
        }
        Waitable::Writable(writer) => writer.get::<BodyWriter>().0.is_writable(),
    }
}
