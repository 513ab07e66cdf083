//! Lines for the app's log.
//!
//! ```no_run
//! wheeler::log::info!("served {} items", 3);
//! ```
//!
//! Spec: abi/wit/config.wit "log".

use std::fmt;

use crate::platform;

pub use crate::platform::Level;

/// Writes one line. Line breaks in it are escaped; the macros of this module are shorter.
pub fn write(level: Level, message: fmt::Arguments<'_>) {
    match message.as_str() {
        Some(text) => platform::log(level, text),
        None => platform::log(level, &message.to_string()),
    }
}

macro_rules! level_macros {
    ($dollar:tt $($level:ident $name:ident $hidden:ident)*) => {
        $(
            #[doc = concat!("Writes a line at level ", stringify!($name), ", formatted like `format!`.")]
            #[doc(hidden)]
            #[macro_export]
            macro_rules! $hidden {
                ($dollar($dollar argument:tt)*) => {
                    $crate::log::write($crate::log::Level::$level, ::core::format_args!($dollar($dollar argument)*))
                };
            }
            #[doc(inline)]
            pub use $hidden as $name;
        )*
    };
}

level_macros! {
    $
    Trace trace __log_trace
    Debug debug __log_debug
    Info info __log_info
    Warn warn __log_warn
    Error error __log_error
}
