//! What can go wrong, from the names of `wasi:http` to those of `wheeler:edge`.

pub(crate) use crate::bindings::exports::wheeler::edge::http::{Error, ErrorCode};
use crate::bindings::wasi::http::types::{ErrorCode as WasiCode, http_error_code};
use crate::bindings::wasi::io::streams::StreamError;

pub(crate) fn error(code: ErrorCode, message: impl Into<String>) -> Error {
    Error { code, message: message.into() }
}

pub(crate) fn invalid(message: impl Into<String>) -> Error {
    error(ErrorCode::Invalid, message)
}

/// What a stream of a body failed with.
pub(crate) fn of_stream(failure: StreamError) -> Error {
    match failure {
        StreamError::Closed => error(ErrorCode::ConnectionClosed, "The stream was closed"),
        StreamError::LastOperationFailed(failure) => match http_error_code(&failure) {
            Some(code) => of_code(code),
            None => error(ErrorCode::ConnectionClosed, failure.to_debug_string()),
        },
    }
}

pub(crate) fn of_code(code: WasiCode) -> Error {
    let message = format!("{code:?}");
    error(edge_code(&code), message)
}

fn edge_code(code: &WasiCode) -> ErrorCode {
    match code {
        WasiCode::HttpRequestDenied => ErrorCode::NotGranted,
        WasiCode::DestinationIpProhibited => ErrorCode::AddressRefused,
        WasiCode::DnsTimeout | WasiCode::DnsError(_) => ErrorCode::NameNotResolved,
        WasiCode::ConnectionRefused
        | WasiCode::DestinationNotFound
        | WasiCode::DestinationUnavailable
        | WasiCode::DestinationIpUnroutable => ErrorCode::ConnectionFailed,
        WasiCode::TlsProtocolError | WasiCode::TlsCertificateError | WasiCode::TlsAlertReceived(_) => {
            ErrorCode::TlsFailed
        }
        WasiCode::ConnectionTerminated | WasiCode::HttpResponseIncomplete => ErrorCode::ConnectionClosed,
        WasiCode::ConnectionTimeout
        | WasiCode::ConnectionReadTimeout
        | WasiCode::ConnectionWriteTimeout
        | WasiCode::HttpResponseTimeout => ErrorCode::TimedOut,
        WasiCode::ConnectionLimitReached => ErrorCode::TooMany,
        WasiCode::LoopDetected => ErrorCode::LoopDetected,
        WasiCode::HttpRequestMethodInvalid
        | WasiCode::HttpRequestUriInvalid
        | WasiCode::HttpRequestLengthRequired => ErrorCode::Invalid,
        WasiCode::HttpRequestUriTooLong
        | WasiCode::HttpRequestBodySize(_)
        | WasiCode::HttpRequestHeaderSectionSize(_)
        | WasiCode::HttpRequestHeaderSize(_)
        | WasiCode::HttpRequestTrailerSectionSize(_)
        | WasiCode::HttpRequestTrailerSize(_)
        | WasiCode::HttpResponseHeaderSectionSize(_)
        | WasiCode::HttpResponseHeaderSize(_)
        | WasiCode::HttpResponseBodySize(_)
        | WasiCode::HttpResponseTrailerSectionSize(_)
        | WasiCode::HttpResponseTrailerSize(_) => ErrorCode::TooLarge,
        WasiCode::HttpProtocolError
        | WasiCode::HttpResponseTransferCoding(_)
        | WasiCode::HttpResponseContentCoding(_)
        | WasiCode::HttpUpgradeFailed => ErrorCode::ProtocolViolated,
        WasiCode::ConfigurationError | WasiCode::InternalError(_) => ErrorCode::Internal,
    }
}
