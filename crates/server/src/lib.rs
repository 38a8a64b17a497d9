//! The server: configuration, wiring, command line, the screen inside the binary, the demo.
//!
//! Deliberately absent: rules, SQL, routes. It puts the parts together and lets them run.

pub mod admin;
pub mod command;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod generate;
pub mod screen;
pub mod serve;
