//! The request under way: where its answer goes, and whether it has been given.

use std::cell::RefCell;

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::exchange::Guest;
use crate::bindings::exports::wheeler::edge::http::Request;
use crate::bindings::wasi::http::types::{
    ErrorCode, IncomingRequest, Method, OutgoingResponse, ResponseOutparam,
};
use crate::request::record_of;
use crate::transfer::{self, TransferId};
use crate::waiting::wait_until;

#[derive(Default)]
struct Exchange {
    /// Until it is answered.
    outparam: Option<ResponseOutparam>,
    is_head: bool,
    /// The answer's content.
    content: Option<TransferId>,
}

thread_local! {
    static EXCHANGE: RefCell<Exchange> = RefCell::default();
}

impl Guest for Adapter {
    fn begin(request: IncomingRequest, response: ResponseOutparam) -> Request {
        transfer::abort_all();
        let is_head = matches!(request.method(), Method::Head);
        EXCHANGE.set(Exchange { outparam: Some(response), is_head, content: None });
        record_of(request)
    }

    fn end() {
        let Exchange { outparam, content, .. } = EXCHANGE.take();
        if let Some(outparam) = outparam {
            let message = "The handler returned without an answer".to_owned();
            ResponseOutparam::set(outparam, Err(ErrorCode::InternalError(Some(message))));
        }
        transfer::stop_writing();
        if let Some(content) = content {
            wait_until(|_| (!transfer::is_under_way(content)).then_some(()));
        }
        transfer::abort_all();
    }
}

pub(crate) fn is_answered() -> bool {
    EXCHANGE.with_borrow(|exchange| exchange.outparam.is_none())
}

pub(crate) fn is_head() -> bool {
    EXCHANGE.with_borrow(|exchange| exchange.is_head)
}

/// Sends the head. Once per exchange.
pub(crate) fn answer(response: OutgoingResponse) {
    let outparam = EXCHANGE.with_borrow_mut(|exchange| exchange.outparam.take());
    ResponseOutparam::set(outparam.expect("answered once"), Ok(response));
}

pub(crate) fn set_content(content: TransferId) {
    EXCHANGE.with_borrow_mut(|exchange| exchange.content = Some(content));
}
