fn main() {
    let path = std::env::var("PATH_INFO").unwrap_or_default();
    match path.as_str() {
        "/spin" => spins(),
        "/grow" => grows(),
        "/fail" => fails(),
        _ => println!("Content-Type: text/plain\n\nHello from Rust at {path}"),
    }
}

#[inline(never)]
fn spins() {
    for i in 0u64.. {
        std::hint::black_box(i);
    }
}

#[inline(never)]
fn grows() {
    let mut all = Vec::new();
    loop {
        all.push(vec![1u8; 1 << 20]);
        std::hint::black_box(&all);
    }
}

#[inline(never)]
fn fails() {
    panic!("as it was asked to");
}
