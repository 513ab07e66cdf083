fn main() {
    let path = std::env::var("PATH_INFO").unwrap_or_default();
    println!("Content-Type: text/plain\n\nHello from Rust at {path}");
}
