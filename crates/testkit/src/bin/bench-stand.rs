//! What `cargo xtask bench` measures on and beside, as a program of its own, since xtask does not know the product:
//!
//! - `bench-stand seed JSON` writes an installation ([`sluice_testkit::stand::Size`]) and prints who is in it;
//! - `bench-stand sheet BYTES FILE` writes one sheet of that size, which nothing makes smaller;
//! - `bench-stand floor DATA PROJECT` serves the floors of a page, prints its address and goes on until it is killed.

#![expect(
    clippy::unwrap_used,
    reason = "a tool of the tests stops at the first surprise; it is not in the product"
)]

use std::net::SocketAddr;
use std::path::Path;

use sluice_testkit::stand;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["seed", size] => println!("{}", stand::build(&serde_json::from_str(size).unwrap()).await),
        ["sheet", bytes, file] => {
            std::fs::write(file, sluice_pdf::draw::incompressible_sheet(bytes.parse().unwrap(), 1)).unwrap();
        }
        ["floor", data, project] => {
            let router = stand::floor::router(Path::new(data), project.parse().unwrap()).await;
            let listener =
                tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
            println!("{}", listener.local_addr().unwrap());
            axum::serve(listener, router).await.unwrap();
        }
        _ => {
            eprintln!(
                "bench-stand seed JSON | bench-stand sheet BYTES FILE | bench-stand floor DATA PROJECT"
            );
            std::process::exit(2);
        }
    }
}
