//! A program that is nothing but the worker, for the integration test: what `sluice worker` is in the product.

fn main() -> std::process::ExitCode {
    sluice_pdf::worker::run()
}
