//! The attribute `#[wheeler::handler]`: makes a function what the host calls.
//!
//! Works on tokens, without a parser for Rust, because all it needs is the function's name;
//! whether the function fits is said by the compiler, at the function itself.

use proc_macro::{TokenStream, TokenTree};

/// Makes a function the handler of this component.
///
/// It takes the `Request` and returns an `Answer`: a `Response`, nothing when it has answered
/// itself with `respond`, or a `Result` of one of these.
///
/// ```ignore
/// use wheeler::{Request, Response};
///
/// #[wheeler::handler]
/// fn handle(request: Request) -> Response {
///     Response::text(format!("Hello from {}\n", request.path()))
/// }
/// ```
#[proc_macro_attribute]
pub fn handler(arguments: TokenStream, item: TokenStream) -> TokenStream {
    if !arguments.is_empty() {
        return error("#[wheeler::handler] takes no arguments");
    }
    let Some(name) = function_name(item.clone()) else {
        return error("#[wheeler::handler] belongs to a function");
    };
    let export = format!(
        "const _: () = {{
            struct Handler;
            impl ::wheeler::__private::Guest for Handler {{
                fn handle(request: ::wheeler::__private::Incoming) {{
                    ::wheeler::__private::run(request, {name})
                }}
            }}
            ::wheeler::__private::export!(Handler with_types_in ::wheeler::__private::bindings);
        }};"
    );
    let export: TokenStream = export.parse().expect("the text above is Rust");
    item.into_iter().chain(export).collect()
}

/// The identifier after the first `fn` that is not inside brackets of any kind.
fn function_name(item: TokenStream) -> Option<String> {
    let mut tokens = item.into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn"))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

fn error(message: &str) -> TokenStream {
    format!("::core::compile_error!({message:?});").parse().expect("the text above is Rust")
}
